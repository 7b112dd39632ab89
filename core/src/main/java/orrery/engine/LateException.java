package orrery.engine;

import orrery.OrreryException;

/** A result was not computed within its {@link TimeLimits}. */
public final class LateException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public LateException(String message) {
        super(message);
    }
}
