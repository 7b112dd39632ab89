package orrery.constrain;

/** One schema within a document; two are the same only where they stand at the same place. */
final class SchemaNode {
    /** The rules of drafts, as far as they differ. */
    enum Dialect {
        /** Up to draft-04: 1.0 is not an integer, and {@code id} names a schema; the rest as in draft-07. */
        DRAFT_4,
        /** Up to draft-07: {@code $ref} hides the keywords beside it. */
        DRAFT_7,
        CURRENT
    }

    private final JsonValue value;
    private final String pointer;
    private final String base;
    private final Dialect dialect;

    /** @param base the URI that references in it are relative to */
    SchemaNode(JsonValue value, String pointer, String base, Dialect dialect) {
        this.value = value;
        this.pointer = pointer;
        this.base = base;
        this.dialect = dialect;
    }

    JsonValue value() {
        return value;
    }

    String pointer() {
        return pointer;
    }

    String base() {
        return base;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Whether {@code $ref} hides the keywords beside it. */
    boolean refAlone() {
        return dialect != Dialect.CURRENT;
    }

    /** The pointer of a member or an item. */
    static String below(String pointer, Object key) {
        return pointer + "/" + String.valueOf(key).replace("~", "~0").replace("/", "~1");
    }

    @Override
    public String toString() {
        return "#" + pointer;
    }
}
