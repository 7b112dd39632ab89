package orrery.convert;

import orrery.OrreryException;

/** A model cannot be converted as requested. The message says which part, and why. */
public final class ConvertException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public ConvertException(String message) {
        super(message);
    }

    public ConvertException(String message, Throwable cause) {
        super(message, cause);
    }
}
