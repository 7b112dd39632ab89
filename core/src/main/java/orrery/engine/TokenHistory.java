package orrery.engine;

/** The tokens of a sequence so far, the prompt first. Only grows. */
interface TokenHistory {
    /** How many tokens the prompt has. */
    int promptLength();

    /** How many tokens there are, prompt and generated. */
    int length();

    /** The id at an index below {@link #length}. */
    int token(int index);
}
