package orrery.engine;

/** The tokens of a sequence so far, the prompt first. Only grows. */
interface TokenHistory {
    /** The prompt's number of tokens. */
    int promptLength();

    /** The number of tokens, prompt and generated. */
    int length();

    /** The id at an index below {@link #length}. */
    int token(int index);
}
