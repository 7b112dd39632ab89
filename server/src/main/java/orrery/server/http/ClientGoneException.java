package orrery.server.http;

import orrery.OrreryException;

/** The client has left, or does not read: nobody is there to be answered. */
public final class ClientGoneException extends OrreryException {
    private static final long serialVersionUID = 1L;

    /** Says in the log's words what it left. */
    public ClientGoneException(String message) {
        super(message);
    }
}
