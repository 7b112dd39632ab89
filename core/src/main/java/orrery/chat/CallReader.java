package orrery.chat;

/** Reads the calls in the text of one field, piece by piece. What is no call goes out as the text that it is. */
interface CallReader {
    void accept(String text);

    /** Whether the next character is part of a text within a call. */
    boolean absorbs();

    /**
     * Ends the field.
     *
     * @param delimited whether by its delimiter, not by the end of the answer
     */
    void end(boolean delimited);
}
