package orrery.engine;

import orrery.OrreryException;

/** A request that cannot be served, options that cannot be met, or a generation that failed. */
public final class EngineException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
