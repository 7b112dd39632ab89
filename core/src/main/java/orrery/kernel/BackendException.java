package orrery.kernel;

import orrery.OrreryException;

/** A place to compute that is not there, or cannot be used as asked. */
public final class BackendException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }
}
