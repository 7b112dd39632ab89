package orrery.lab.train;

import orrery.OrreryException;

/** What cannot be trained, or cannot be trained any further: the message says what, where, and what was expected. */
public final class TrainException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public TrainException(String message) {
        super(message);
    }

    public TrainException(String message, Throwable cause) {
        super(message, cause);
    }
}
