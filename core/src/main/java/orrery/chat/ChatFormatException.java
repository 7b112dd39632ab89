package orrery.chat;

import orrery.OrreryException;

/** A checkpoint's description of its answers that is malformed or of a kind that is not known. */
public final class ChatFormatException extends OrreryException {
    private static final long serialVersionUID = 1L;

    ChatFormatException(String message) {
        super(message);
    }

    ChatFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
