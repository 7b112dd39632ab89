package orrery.constrain;

import orrery.OrreryException;

/** A schema that cannot be kept, or that is not one; the message begins with the place of the keyword. */
public final class SchemaException extends OrreryException {
    private static final long serialVersionUID = 1L;

    private final String pointer;

    SchemaException(String pointer, String message) {
        super("#" + pointer + ": " + message);
        this.pointer = pointer;
    }

    /** The place of the keyword as a JSON pointer (RFC 6901) into the schema; the empty text is all of it. */
    public String pointer() {
        return pointer;
    }
}
