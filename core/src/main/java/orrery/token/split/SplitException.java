package orrery.token.split;

import orrery.OrreryException;

/** An expression that cannot be read, or that asks for more work on a text than is allowed. */
public final class SplitException extends OrreryException {
    private static final long serialVersionUID = 1L;

    SplitException(String message) {
        super(message);
    }

    SplitException(String message, Throwable cause) {
        super(message, cause);
    }
}
