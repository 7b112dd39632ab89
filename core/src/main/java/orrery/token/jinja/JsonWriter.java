package orrery.token.jinja;

import java.util.List;
import java.util.Optional;

/**
 * Writes values as JSON like Python's json.dumps. Hugging Face uses this instead of Jinja's own {@code tojson}, which
 * sorts keys and escapes HTML.
 */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private final Options options;
    private final Budget budget;

    /**
     * Options.
     *
     * @param indent the indentation of one level; empty for everything on one line
     */
    record Options(
            boolean asciiOnly, Optional<String> indent, String itemSeparator, String keySeparator, boolean sortKeys) {}

    private JsonWriter(Options options, Budget budget) {
        this.options = options;
        this.budget = budget;
    }

    /**
     * The value as JSON.
     *
     * @throws TemplateException if it, or a part of it, has a type that JSON does not support
     */
    static String write(Value value, Options options, Budget budget) {
        JsonWriter writer = new JsonWriter(options, budget);
        writer.value(value, 0);
        return writer.out.toString();
    }

    private void append(String text) {
        budget.spend(text.length());
        out.append(text);
    }

    private void value(Value value, int level) {
        budget.descend();
        switch (value) {
            case Value.None _ -> append("null");
            case Value.Bool truth -> append(truth == Value.Bool.TRUE ? "true" : "false");
            case Value.Int integer -> append(integer.number().toString());
            case Value.Real real -> append(number(real.number()));
            case Value.Text text -> string(text.text());
            case Value.Items list -> array(list.items(), level);
            case Value.Tuple tuple -> array(tuple.items(), level);
            case Value.Dict dict -> object(dict, level);
            case Value.Undefined _, Value.View _, Value.Range _, Value.Generator _, Value.Namespace _, Value.Host _ ->
                throw new TemplateException("Object of type " + value.typeName() + " is not JSON serializable");
        }
        budget.ascend();
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        return PythonText.of(number);
    }

    private void array(List<Value> items, int level) {
        if (items.isEmpty()) {
            append("[]");
            return;
        }
        append("[");
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                append(options.itemSeparator);
            }
            newLine(level + 1);
            value(items.get(i), level + 1);
        }
        newLine(level);
        append("]");
    }

    private void object(Value.Dict dict, int level) {
        if (dict.entries().isEmpty()) {
            append("{}");
            return;
        }
        append("{");
        boolean first = true;
        for (Value.Dict.Entry entry : entries(dict)) {
            if (!first) {
                append(options.itemSeparator);
            }
            first = false;
            newLine(level + 1);
            string(key(entry.key()));
            append(options.keySeparator);
            value(entry.value(), level + 1);
        }
        newLine(level);
        append("}");
    }

    private List<Value.Dict.Entry> entries(Value.Dict dict) {
        List<Value.Dict.Entry> entries = List.copyOf(dict.entries().values());
        if (!options.sortKeys) {
            return entries;
        }
        budget.spendElements(entries.size());
        return entries.stream()
                .sorted((left, right) -> Comparisons.compare(left.key(), right.key(), "<", budget))
                .toList();
    }

    private static String key(Value key) {
        return switch (key) {
            case Value.Text text -> text.text();
            case Value.None _ -> "null";
            case Value.Bool truth -> truth == Value.Bool.TRUE ? "true" : "false";
            case Value.Int integer -> integer.number().toString();
            case Value.Real real -> number(real.number());
            default ->
                throw new TemplateException(
                        "keys of JSON must be str, int, float, bool or None, not " + key.typeName());
        };
    }

    private void newLine(int level) {
        if (options.indent.isPresent()) {
            budget.spend((long) level * options.indent.get().length());
            append("\n");
            out.append(options.indent.get().repeat(level));
        }
    }

    private void string(String text) {
        budget.spend(text.length() + 2L);
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || (options.asciiOnly && c > '~')) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
