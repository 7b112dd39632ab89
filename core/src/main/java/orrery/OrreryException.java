package orrery;

/**
 * An error that the user can act on: a corrupt file, a wrong shape, an unknown option. The message names what is wrong,
 * where, and what was expected; front ends show it as one line, without a stack trace.
 *
 * <p>Every exception that Orrery throws on purpose for bad input is one of these; anything else is a defect of Orrery.
 */
public abstract class OrreryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected OrreryException(String message) {
        super(message);
    }

    protected OrreryException(String message, Throwable cause) {
        super(message, cause);
    }
}
