package orrery.constrain;

/** One schema within a document; two are the same only where they stand at the same place. */
final class SchemaNode {
    private final Json value;
    private final String pointer;
    private final String base;
    private final boolean refAlone;

    /**
     * @param base the URI that references in it are relative to
     * @param refAlone whether {@code $ref} hides the keywords beside it, as it does up to draft-07
     */
    SchemaNode(Json value, String pointer, String base, boolean refAlone) {
        this.value = value;
        this.pointer = pointer;
        this.base = base;
        this.refAlone = refAlone;
    }

    Json value() {
        return value;
    }

    String pointer() {
        return pointer;
    }

    String base() {
        return base;
    }

    boolean refAlone() {
        return refAlone;
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
