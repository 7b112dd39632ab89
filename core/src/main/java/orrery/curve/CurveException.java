package orrery.curve;

import orrery.OrreryException;

/** Something of which there is no curve, or a machine that is described in no way that is understood. */
public final class CurveException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public CurveException(String message) {
        super(message);
    }
}
