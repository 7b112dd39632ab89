package orrery.chat;

/** A text is not of its field's kind, such as JSON; never leaves the package. */
final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
        super(message, null, false, false);
    }
}
