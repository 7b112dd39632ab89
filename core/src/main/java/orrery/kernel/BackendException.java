package orrery.kernel;

import orrery.OrreryException;

/** A backend does not exist, or cannot be used as requested. */
public final class BackendException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }
}
