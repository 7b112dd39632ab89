package orrery.server.api;

/**
 * A field of a request's body that is known here.
 *
 * @param name its name in JSON
 * @param use what becomes of it
 * @param note for a reader of the documentation; why, where it is refused
 */
public record Field(String name, Use use, String note) {

    /** What becomes of a field. */
    public enum Use {
        /** It does what its API says. */
        HONOURED,
        /** It is accepted, and there is nothing here that it could change. */
        WITHOUT_EFFECT,
        /** It would change the answer, and that cannot be done here. */
        REFUSED
    }
}
