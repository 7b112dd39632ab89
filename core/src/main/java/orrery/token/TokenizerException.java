package orrery.token;

import orrery.OrreryException;

/** A tokenizer is missing, corrupt or of an unknown kind, or it cannot encode a text within its limits. */
public final class TokenizerException extends OrreryException {
    private static final long serialVersionUID = 1L;

    TokenizerException(String message) {
        super(message);
    }

    TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
