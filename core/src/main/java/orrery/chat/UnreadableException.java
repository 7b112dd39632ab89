package orrery.chat;

/** A text that is not what its field's content is to be, such as JSON; it never leaves the package. */
final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
        super(message, null, false, false);
    }
}
