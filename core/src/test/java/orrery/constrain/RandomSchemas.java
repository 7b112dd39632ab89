package orrery.constrain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Writes random schemas, and documents that are a little different from others. Each schema names the properties a to
 * d, in this order, so that the order of a document never depends on which alternative it follows.
 */
final class RandomSchemas {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final List<String> PATTERNS =
            List.of("^[a-c]+$", "b", "^e", "[0-9]{2}$", "^(foo|bar)?$", "\\\\s|\"");
    private static final List<String> FORMATS = List.of("date", "time", "ipv4", "uuid", "duration");

    private final RandomGenerator random;

    RandomSchemas(RandomGenerator random) {
        this.random = random;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static JsonValue number(String digits) {
        return new JsonValue.Number(new BigDecimal(digits));
    }

    private JsonValue count(int most) {
        return number(String.valueOf(random.nextInt(most + 1)));
    }

    private JsonValue smallNumber() {
        return number(one(List.of("-7", "-1.5", "0", "0.25", "1", "1.0", "2", "2.75", "3", "10", "12", "100")));
    }

    private static JsonValue text(String value) {
        return new JsonValue.Text(value);
    }

    /** A document schema with definitions that all its parts may refer to. */
    JsonValue document() {
        var definitions = new LinkedHashMap<String, JsonValue>();
        definitions.put("x", schema(1));
        definitions.put("y", schema(1));
        var root = new LinkedHashMap<>(((JsonValue.Members) schema(3)).members());
        root.put("$defs", new JsonValue.Members(definitions));
        return new JsonValue.Members(root);
    }

    private JsonValue schema(int depth) {
        var schema = new LinkedHashMap<String, JsonValue>();
        if (depth == 0 && chance(10)) {
            return chance(70) ? JsonValue.Word.TRUE : JsonValue.Word.FALSE;
        }
        var kinds = new ArrayList<>(List.of("string", "number", "integer", "boolean", "null"));
        if (depth > 0) {
            kinds.addAll(List.of("object", "array", "object", "array", "object"));
        }
        String kind = one(kinds);
        if (chance(85)) {
            schema.put("type", chance(80) ? text(kind) : new JsonValue.Items(List.of(text(kind), text("null"))));
        }
        switch (kind) {
            case "string" -> string(schema);
            case "number", "integer" -> number(schema);
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            default -> {
                if (chance(20)) {
                    schema.put(
                            "enum",
                            new JsonValue.Items(
                                    List.of(JsonValue.Word.TRUE, smallNumber(), text("a"), JsonValue.Word.NULL)));
                }
            }
        }
        if (depth > 0 && chance(35)) {
            combination(schema, depth);
        }
        return new JsonValue.Members(schema);
    }

    private void string(Map<String, JsonValue> schema) {
        switch (random.nextInt(6)) {
            case 0 -> schema.put("minLength", count(3));
            case 1 -> schema.put("maxLength", count(4));
            case 2 -> schema.put("pattern", text(one(PATTERNS)));
            case 3 -> schema.put("format", text(one(FORMATS)));
            case 4 -> schema.put("enum", new JsonValue.Items(List.of(text("ab"), text("\u00e9\n"), text("b"))));
            default -> {}
        }
    }

    private void number(Map<String, JsonValue> schema) {
        if (chance(40)) {
            schema.put(one(List.of("minimum", "exclusiveMinimum")), smallNumber());
        }
        if (chance(40)) {
            schema.put(one(List.of("maximum", "exclusiveMaximum")), smallNumber());
        }
        if (chance(20)) {
            schema.put("multipleOf", number(one(List.of("2", "0.5", "3", "0.01", "7"))));
        }
        if (chance(10)) {
            schema.put("const", smallNumber());
        }
    }

    private void properties(Map<String, JsonValue> schema, int depth) {
        var properties = new LinkedHashMap<String, JsonValue>();
        NAMES.forEach(name -> properties.put(name, chance(50) ? schema(depth - 1) : JsonValue.Word.TRUE));
        schema.put("properties", new JsonValue.Members(properties));
    }

    private JsonValue names() {
        return new JsonValue.Items(
                NAMES.stream().filter(_ -> chance(30)).map(RandomSchemas::text).toList());
    }

    private void object(Map<String, JsonValue> schema, int depth) {
        properties(schema, depth);
        schema.put("required", names());
        if (chance(40)) {
            schema.put("additionalProperties", chance(50) ? JsonValue.Word.FALSE : schema(depth - 1));
        }
        if (chance(15)) {
            schema.put("patternProperties", new JsonValue.Members(Map.of(one(PATTERNS), schema(depth - 1))));
        }
        if (chance(15)) {
            schema.put("minProperties", count(2));
        }
        if (chance(15)) {
            schema.put("maxProperties", count(4));
        }
        if (chance(10)) {
            schema.put("propertyNames", new JsonValue.Members(Map.of("maxLength", count(3))));
        }
        if (chance(15)) {
            schema.put("dependentRequired", new JsonValue.Members(Map.of(one(NAMES), names())));
        }
        if (chance(10)) {
            schema.put("unevaluatedProperties", JsonValue.Word.FALSE);
        }
    }

    private void array(Map<String, JsonValue> schema, int depth) {
        if (chance(30)) {
            schema.put("prefixItems", new JsonValue.Items(List.of(schema(depth - 1), schema(depth - 1))));
        }
        if (chance(60)) {
            schema.put("items", schema(depth - 1));
        }
        if (chance(30)) {
            schema.put("minItems", count(3));
        }
        if (chance(30)) {
            schema.put("maxItems", count(4));
        }
        if (chance(15)) {
            schema.put("contains", schema(depth - 1));
        }
    }

    private void combination(Map<String, JsonValue> schema, int depth) {
        var schemas = new JsonValue.Items(List.of(schema(depth - 1), schema(depth - 1)));
        switch (random.nextInt(7)) {
            case 0 -> schema.put("anyOf", schemas);
            case 1 -> schema.put("oneOf", schemas);
            case 2 -> schema.put("allOf", schemas);
            case 3 -> schema.put("not", schemas.items().getFirst());
            case 4 -> schema.put("$ref", text(one(List.of("#/$defs/x", "#/$defs/y"))));
            default -> {
                schema.put("if", schemas.items().getFirst());
                schema.put("then", schemas.items().getLast());
                schema.put("else", schema(depth - 1));
            }
        }
    }

    /** The value with one thing in it changed; the order of properties stays. */
    JsonValue changed(JsonValue value) {
        return switch (value) {
            case JsonValue.Items(var items)
            when !items.isEmpty() && chance(70) -> {
                var other = new ArrayList<>(items);
                int at = random.nextInt(items.size());
                switch (random.nextInt(4)) {
                    case 0 -> other.remove(at);
                    case 1 -> other.add(items.get(at));
                    default -> other.set(at, changed(items.get(at)));
                }
                yield new JsonValue.Items(other);
            }
            case JsonValue.Members(var members)
            when chance(80) -> {
                var other = new LinkedHashMap<>(members);
                if (members.isEmpty() || chance(20)) {
                    other.put(one(List.of("e", "foo", "zz9", "12")), scalar());
                } else {
                    String name = one(List.copyOf(members.keySet()));
                    if (chance(40)) {
                        other.remove(name);
                    } else {
                        other.put(name, changed(Objects.requireNonNull(members.get(name))));
                    }
                }
                yield new JsonValue.Members(other);
            }
            case JsonValue.Items _, JsonValue.Members _, JsonValue.Word _, JsonValue.Number _, JsonValue.Text _ ->
                scalar();
        };
    }

    private JsonValue scalar() {
        return switch (random.nextInt(5)) {
            case 0 -> JsonValue.Word.values()[random.nextInt(3)];
            case 1 -> new JsonValue.Items(List.of());
            case 2 -> smallNumber();
            default -> text(one(List.of("", "a", "ab", "b12", "foo", "\u00e9\n", "2024-02-29", "1.2.3.4", "\"x y\"")));
        };
    }
}
