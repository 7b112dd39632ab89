package orrery.look;

import orrery.OrreryException;

/** A text cannot be looked at, or a model has no such part. */
public final class LookException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public LookException(String message) {
        super(message);
    }
}
