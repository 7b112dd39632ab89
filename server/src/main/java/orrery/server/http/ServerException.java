package orrery.server.http;

import orrery.OrreryException;

/** The server cannot start or cannot continue. */
public final class ServerException extends OrreryException {
    private static final long serialVersionUID = 1L;

    /** @param message what was tried, what failed, and what would help */
    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same without a cause. */
    public ServerException(String message) {
        super(message);
    }
}
