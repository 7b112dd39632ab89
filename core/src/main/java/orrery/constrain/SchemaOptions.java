package orrery.constrain;

/**
 * How a JSON Schema is read.
 *
 * @param strict whether a keyword that a grammar cannot keep is refused; if not, it is ignored and named in
 *     {@link JsonSchema#notes}
 */
public record SchemaOptions(boolean strict) {
    public static final SchemaOptions STRICT = new SchemaOptions(true);
    public static final SchemaOptions LENIENT = new SchemaOptions(false);
}
