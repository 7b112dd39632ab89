package orrery.constrain;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** A keyword of a schema with its value, whose type is checked where it is read. */
record Keyword(SchemaNode node, String name, JsonValue value) {
    /** Digits beyond these cost more than they are worth. */
    private static final int MOST_DIGITS = 400;

    String pointer() {
        return SchemaNode.below(node.pointer(), name);
    }

    SchemaException wrong(String message) {
        return new SchemaException(pointer(), message);
    }

    private SchemaException expected(String what) {
        return wrong("expected " + what + ", found " + value.kind());
    }

    Map<String, JsonValue> members() {
        if (value instanceof JsonValue.Members(var members)) {
            return members;
        }
        throw expected("an object");
    }

    List<JsonValue> items() {
        if (value instanceof JsonValue.Items(var items)) {
            return items;
        }
        throw expected("an array");
    }

    String text() {
        if (value instanceof JsonValue.Text(var text)) {
            return text;
        }
        throw expected("a string");
    }

    boolean flag() {
        if (value == JsonValue.Word.TRUE || value == JsonValue.Word.FALSE) {
            return value == JsonValue.Word.TRUE;
        }
        throw expected("true or false");
    }

    BigDecimal number() {
        if (value instanceof JsonValue.Number(var number)) {
            return checked(number, pointer());
        }
        throw expected("a number");
    }

    /** A number whose digits can be written one by one. */
    static BigDecimal checked(BigDecimal number, String pointer) {
        var least = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (Math.abs((long) least.scale()) > MOST_DIGITS || least.precision() > MOST_DIGITS) {
            throw new SchemaException(pointer, "a number of more than " + MOST_DIGITS + " digits");
        }
        return least;
    }

    /** A number of things; those beyond the range of an int are as good as unbounded. */
    int count() {
        var number = number();
        if (number.signum() < 0 || number.scale() > 0) {
            throw wrong("expected a whole number that is not negative, found " + number.toPlainString());
        }
        return number.compareTo(BigDecimal.valueOf(Regex.UNBOUNDED)) >= 0 ? Regex.UNBOUNDED : number.intValueExact();
    }

    /** Names of properties. */
    SequencedSet<String> names() {
        var names = new LinkedHashSet<String>();
        for (var item : items()) {
            if (!(item instanceof JsonValue.Text(var name))) {
                throw wrong("expected an array of strings, found " + item.kind() + " in it");
            }
            names.add(wellFormed(name, pointer()));
        }
        return names;
    }

    static String wellFormed(String text, String pointer) {
        if (!Texts.isWellFormed(text)) {
            throw new SchemaException(pointer, "a string with half of a surrogate pair cannot be written in UTF-8");
        }
        return text;
    }
}
