package orrery.app.terminal;

import orrery.OrreryException;

/** A command that cannot do what it was asked to, for a reason that no part of the core has named. */
public final class CommandException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
