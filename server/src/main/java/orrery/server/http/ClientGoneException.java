package orrery.server.http;

import orrery.OrreryException;

/** The client has disconnected or has stopped reading, so there is no one to answer. */
public final class ClientGoneException extends OrreryException {
    private static final long serialVersionUID = 1L;

    /** Says in the log's words what it left. */
    public ClientGoneException(String message) {
        super(message);
    }
}
