package orrery.chat;

/** Reads the calls in one field's text, piece by piece. Anything that is not a call is passed on as text. */
interface CallReader {
    void accept(String text);

    /** Whether the next character is part of a string within a call. */
    boolean absorbs();

    /**
     * Ends the field.
     *
     * @param delimited whether it ended with its delimiter rather than with the end of the answer
     */
    void end(boolean delimited);
}
