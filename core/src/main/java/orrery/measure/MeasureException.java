package orrery.measure;

import orrery.OrreryException;

/** A measurement that is not possible as requested. */
public final class MeasureException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public MeasureException(String message) {
        super(message);
    }
}
