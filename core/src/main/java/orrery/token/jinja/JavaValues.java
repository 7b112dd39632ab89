package orrery.token.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Converts a caller's Java values: strings, numbers, booleans, maps, lists; null and an empty Optional become None. */
final class JavaValues {
    private static final int DEPTH = 200;

    private long size;
    private int depth;

    /** Characters and elements of all converted values. */
    long size() {
        return size;
    }

    /**
     * The variables of a rendering.
     *
     * @throws TemplateException if one has an unsupported type, or is nested too deeply
     */
    Map<String, Value> variables(Map<String, ?> variables) {
        Map<String, Value> values = new LinkedHashMap<>();
        variables.forEach((name, object) -> values.put(name, value(name, object)));
        return values;
    }

    private Value value(String name, @org.jspecify.annotations.Nullable Object object) {
        size++;
        return switch (object) {
            case null -> Value.None.NONE;
            case CharSequence text -> {
                size += text.length();
                yield Value.Text.of(text.toString());
            }
            case Boolean truth -> Value.Bool.of(truth);
            case Byte number -> Value.Int.of(number);
            case Short number -> Value.Int.of(number);
            case Integer number -> Value.Int.of(number);
            case Long number -> Value.Int.of(number);
            case BigInteger number -> integer(name, number);
            case Float number -> new Value.Real(number);
            case Double number -> new Value.Real(number);
            case BigDecimal number -> new Value.Real(number.doubleValue());
            case Map<?, ?> map -> dict(name, map);
            case Iterable<?> items -> list(name, items);
            case Optional<?> optional -> optional.isPresent() ? value(name, optional.get()) : Value.None.NONE;
            default ->
                throw new TemplateException("the variable '" + name + "' holds a "
                        + object.getClass().getName() + ", which a template cannot use: expected strings, numbers, "
                        + "booleans, maps, lists or null");
        };
    }

    private static Value integer(String name, BigInteger number) {
        if (number.bitLength() > Budget.INTEGER_BITS) {
            throw new TemplateException("the variable '" + name + "' holds an integer of " + number.bitLength()
                    + " bits; at most " + Budget.INTEGER_BITS + " are possible");
        }
        return new Value.Int(number);
    }

    private Value dict(String name, Map<?, ?> map) {
        descend(name);
        Map<Object, Value.Dict.Entry> entries = new LinkedHashMap<>();
        map.forEach((key, item) -> {
            if (!(key instanceof String text)) {
                throw new TemplateException("the variable '" + name + "' holds a map whose keys are not all strings");
            }
            entries.put(text, new Value.Dict.Entry(value(name, text), value(name, item)));
        });
        depth--;
        return new Value.Dict(entries);
    }

    private Value list(String name, Iterable<?> items) {
        descend(name);
        List<Value> values = new ArrayList<>();
        for (Object item : items) {
            values.add(value(name, item));
        }
        depth--;
        return new Value.Items(values);
    }

    private void descend(String name) {
        if (++depth > DEPTH) {
            throw new TemplateException("the variable '" + name + "' is nested more than " + DEPTH + " levels deep");
        }
    }
}
