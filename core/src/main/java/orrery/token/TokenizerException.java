package orrery.token;

import orrery.OrreryException;

/**
 * A tokenizer that is missing, corrupt or of a kind that is not known, or a text that it cannot encode within bounds.
 */
public final class TokenizerException extends OrreryException {
    private static final long serialVersionUID = 1L;

    TokenizerException(String message) {
        super(message);
    }

    TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
