package orrery.token.split;

import orrery.OrreryException;

/** An expression that cannot be parsed, or that exceeds the work limit on a text. */
public final class SplitException extends OrreryException {
    private static final long serialVersionUID = 1L;

    SplitException(String message) {
        super(message);
    }

    SplitException(String message, Throwable cause) {
        super(message, cause);
    }
}
