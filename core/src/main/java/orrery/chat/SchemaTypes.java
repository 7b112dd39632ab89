package orrery.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts arguments to the types in a tool's JSON schema, for formats that write all arguments as text. */
final class SchemaTypes {
    private SchemaTypes() {}

    /** Converts text arguments to the schema's types; those that do not fit stay text. */
    static Map<String, @Nullable Object> typed(
            Map<String, @Nullable Object> arguments, Map<String, @Nullable Object> properties) {
        var typed = new LinkedHashMap<String, @Nullable Object>();
        arguments.forEach((name, value) -> {
            var types = types(properties.get(name));
            typed.put(
                    name,
                    switch (value) {
                        case String text -> typed(text, types);
                        case List<?> list
                        when !types.isEmpty() -> {
                            var elements = new ArrayList<@Nullable Object>();
                            list.forEach(element ->
                                    elements.add(element instanceof String text ? typed(text, types) : element));
                            yield elements;
                        }
                        case null, default -> value;
                    });
        });
        return typed;
    }

    /** The properties of a tool's parameter schema. */
    static Map<String, @Nullable Object> properties(@Nullable Object schema) {
        return Values.asObject(schema)
                .flatMap(object -> Values.asObject(object.get("properties")))
                .orElse(Map.of());
    }

    private static List<String> types(@Nullable Object value) {
        var schema = Values.asObject(value).orElse(Map.of());
        var types = new ArrayList<String>();
        switch (schema.get("type")) {
            case String type -> types.add(type);
            case List<?> list ->
                list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .forEach(types::add);
            case null, default -> {}
        }
        if (schema.get("anyOf") instanceof List<?> choices) {
            choices.forEach(choice -> types.addAll(types(choice)));
        }
        if (schema.get("nullable") instanceof Boolean nullable && nullable && !types.contains("null")) {
            types.add("null");
        }
        return types;
    }

    private static @Nullable Object typed(String text, List<String> types) {
        var word = PythonSpace.strip(text);
        var lower = word.toLowerCase(Locale.ROOT);
        for (var type : types) {
            try {
                switch (type) {
                    case "integer" -> {
                        return ContentReader.integer(text);
                    }
                    case "number" -> {
                        double number = ContentReader.real(text);
                        if (!Double.isNaN(number) && !Double.isInfinite(number)) {
                            return number == Math.rint(number) && !text.contains(".")
                                    ? (Object) new java.math.BigDecimal(number).toBigInteger()
                                    : (Object) number;
                        }
                    }
                    case "boolean" -> {
                        if (List.of("true", "1", "false", "0").contains(lower)) {
                            return lower.equals("true") || lower.equals("1");
                        }
                    }
                    case "null" -> {
                        if (word.equals("null") || word.equals("None")) {
                            return null;
                        }
                    }
                    case "object", "array" -> {
                        var decoded = PlainJson.read(text);
                        if (type.equals("object") ? decoded instanceof Map : decoded instanceof List) {
                            return decoded;
                        }
                    }
                    default -> {}
                }
            } catch (UnreadableException notOfThatType) {
                // Try the next type; a text that fits none stays text.
                continue;
            }
        }
        return text;
    }
}
