package orrery.server.api;

/**
 * A known field of a request's body.
 *
 * @param name its name in JSON
 * @param use how it is handled
 * @param note a note for the documentation; for a refused field, the reason
 */
public record Field(String name, Use use, String note) {

    /** How a field is handled. */
    public enum Use {
        /** It does what the API's documentation says. */
        HONOURED,
        /** It is accepted, but nothing here depends on it. */
        WITHOUT_EFFECT,
        /** It would change the answer in a way that Orrery does not support. */
        REFUSED
    }
}
