package orrery.app.terminal;

import orrery.OrreryException;

/** A command fails for a reason that is not one of core's exceptions. */
public final class CommandException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
