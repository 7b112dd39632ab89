package orrery.convert;

import orrery.OrreryException;

/** A model that cannot be converted as was asked. The message says what of it, and why. */
public final class ConvertException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public ConvertException(String message) {
        super(message);
    }

    public ConvertException(String message, Throwable cause) {
        super(message, cause);
    }
}
