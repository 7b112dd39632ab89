package orrery.model;

import orrery.OrreryException;

/** Weights that do not match a spec, or a spec that cannot be run. */
public final class ModelException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }
}
