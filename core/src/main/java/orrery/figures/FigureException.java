package orrery.figures;

import orrery.OrreryException;

/** A figure that is not there, or models that a figure's question makes no sense for. */
public final class FigureException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public FigureException(String message) {
        super(message);
    }
}
