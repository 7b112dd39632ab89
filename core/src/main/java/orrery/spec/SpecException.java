package orrery.spec;

import orrery.OrreryException;

/** Numbers that describe no architecture: heads that do not divide, a window of no tokens. Says which, and what was expected. */
public final class SpecException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public SpecException(String message) {
        super(message);
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new SpecException(message);
        }
    }
}
