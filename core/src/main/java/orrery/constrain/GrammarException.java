package orrery.constrain;

import orrery.OrreryException;

/** A grammar that cannot be read, that is too large, or that no answer can follow. */
public final class GrammarException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public GrammarException(String message) {
        super(message);
    }
}
