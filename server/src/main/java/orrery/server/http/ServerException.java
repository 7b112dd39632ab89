package orrery.server.http;

import orrery.OrreryException;

/** The server cannot start, or not go on. */
public final class ServerException extends OrreryException {
    private static final long serialVersionUID = 1L;

    /** With what was tried, what stood in the way, and what would help. */
    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same without a cause. */
    public ServerException(String message) {
        super(message);
    }
}
