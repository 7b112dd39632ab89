package orrery.chat;

import orrery.OrreryException;

/** A checkpoint's response template is malformed or of an unknown kind. */
public final class ChatFormatException extends OrreryException {
    private static final long serialVersionUID = 1L;

    ChatFormatException(String message) {
        super(message);
    }

    ChatFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
