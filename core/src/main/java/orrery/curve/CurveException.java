package orrery.curve;

import orrery.OrreryException;

/** A quantity without a curve, or an invalid description of a machine. */
public final class CurveException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public CurveException(String message) {
        super(message);
    }
}
