package orrery.draw;

import orrery.OrreryException;

/** Models that a drawing cannot show: too few, too many, or without what it is about. */
public final class DrawException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public DrawException(String message) {
        super(message);
    }
}
