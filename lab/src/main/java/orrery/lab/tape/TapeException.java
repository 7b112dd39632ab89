package orrery.lab.tape;

import orrery.OrreryException;

/**
 * What cannot be trained: an operation without a derivative, a weight that cannot change, a past that was not recorded.
 */
public final class TapeException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public TapeException(String message) {
        super(message);
    }
}
