package orrery.constrain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.constrain.Conjunction.Literal;

/** Keywords about types, strings, numbers, and values themselves. */
final class ScalarKeywords {
    private final SchemaReader reader;

    ScalarKeywords(SchemaReader reader) {
        this.reader = reader;
    }

    ValueSet of(Keyword keyword, boolean holds) {
        return switch (keyword.name()) {
            case "type" -> types(keyword, holds);
            case "enum" -> values(keyword.items(), keyword, holds);
            case "const" -> values(List.of(keyword.value()), keyword, holds);
            case "minLength" -> strings(Texts.ofLength(keyword.count(), Regex.UNBOUNDED), holds);
            case "maxLength" -> strings(Texts.ofLength(0, keyword.count()), holds);
            case "pattern" -> pattern(keyword, holds);
            case "format" -> format(keyword, holds);
            case "multipleOf" -> multiples(keyword, holds);
            default -> bound(keyword, holds);
        };
    }

    private static ValueSet types(Keyword keyword, boolean holds) {
        var names = keyword.value() instanceof JsonValue.Items(var items)
                ? items.stream()
                        .map(item -> new Keyword(keyword.node(), keyword.name(), item).text())
                        .toList()
                : List.of(keyword.text());
        var values = ValueSet.NONE;
        for (String name : names) {
            values = values.or(type(name, keyword), keyword.pointer());
        }
        if (JsonValue.Word.TRUE == other(keyword, "nullable").orElse(JsonValue.Word.FALSE)) {
            values = values.or(ValueSet.NONE.withWords(ValueSet.NULL), keyword.pointer());
        }
        return holds ? values : complement(values);
    }

    /** The values of all types that are not whole in {@code types}. */
    private static ValueSet complement(ValueSet types) {
        var numbers = types.numbers().isEmpty()
                ? List.of(NumberSet.ALL)
                : types.numbers().getFirst().not();
        return new ValueSet(
                ValueSet.ALL_WORDS & ~types.words(),
                numbers,
                Texts.not(types.strings()),
                Optional.empty(),
                types.arrays().isEmpty() ? List.of(ArrayShape.ALL) : List.of(),
                types.objects().isEmpty() ? List.of(ObjectShape.ALL) : List.of());
    }

    private static ValueSet type(String name, Keyword keyword) {
        return switch (name) {
            case "null" -> ValueSet.NONE.withWords(ValueSet.NULL);
            case "boolean" -> ValueSet.NONE.withWords(ValueSet.TRUE | ValueSet.FALSE);
            case "number" -> ValueSet.NONE.withNumbers(List.of(NumberSet.ALL));
            case "integer" ->
                ValueSet.NONE.withNumbers(List.of(
                        keyword.node().dialect() == SchemaNode.Dialect.DRAFT_4
                                ? NumberSet.WITHOUT_POINT
                                : NumberSet.INTEGERS));
            case "string" -> ValueSet.NONE.withStrings(Texts.ANY);
            case "array" -> ValueSet.NONE.withArrays(List.of(ArrayShape.ALL));
            case "object" -> ValueSet.NONE.withObjects(List.of(ObjectShape.ALL));
            default ->
                throw keyword.wrong("expected null, boolean, number, integer, string, array or object, found " + name);
        };
    }

    private static Optional<JsonValue> other(Keyword keyword, String name) {
        return keyword.node().value() instanceof JsonValue.Members(var members)
                ? Optional.ofNullable(members.get(name))
                : Optional.empty();
    }

    /** Listed values; arrays and objects among them as schemas that only they match. */
    private ValueSet values(List<JsonValue> listed, Keyword keyword, boolean holds) {
        int words = 0;
        var texts = new ArrayList<String>();
        var numbers = new ArrayList<Regex>();
        var composed = new ArrayList<Literal>();
        for (var value : listed) {
            reader.step(keyword.pointer(), value instanceof JsonValue.Text(var text) ? 1 + text.length() : 40);
            switch (value) {
                case JsonValue.Word word ->
                    words |= switch (word) {
                        case NULL -> ValueSet.NULL;
                        case TRUE -> ValueSet.TRUE;
                        case FALSE -> ValueSet.FALSE;
                    };
                case JsonValue.Text(var text) -> texts.add(Keyword.wellFormed(text, keyword.pointer()));
                case JsonValue.Number(var number) ->
                    numbers.add(Decimals.equalTo(Keyword.checked(number, keyword.pointer())));
                case JsonValue.Items _, JsonValue.Members _ ->
                    composed.add(new Literal(reader.document().made(keyword.node(), schemaOf(value)), holds));
            }
        }
        var strings = texts.isEmpty() ? Regex.NOTHING : Texts.oneOf(texts);
        var set = new NumberSet(new Regex.Union(numbers), NumberSet.Share.SOME, NumberSet.Share.SOME, List.of());
        if (holds) {
            var values = ValueSet.NONE
                    .withWords(words)
                    .withStrings(strings)
                    .withNumbers(numbers.isEmpty() ? List.of() : List.of(set));
            for (var literal : composed) {
                values = values.or(reader.of(literal), keyword.pointer());
            }
            return values;
        }
        var values = ValueSet.ALL
                .withWords(ValueSet.ALL_WORDS & ~words)
                .withStrings(Texts.not(strings))
                .withNumbers(numbers.isEmpty() ? List.of(NumberSet.ALL) : set.not());
        for (var literal : composed) {
            values = values.and(reader.of(literal), keyword.pointer());
        }
        return values;
    }

    /** The schema that only an array or an object matches. */
    private static JsonValue schemaOf(JsonValue value) {
        var schema = new LinkedHashMap<String, JsonValue>();
        switch (value) {
            case JsonValue.Items(var items) -> {
                var size = new JsonValue.Number(java.math.BigDecimal.valueOf(items.size()));
                schema.put("type", new JsonValue.Text("array"));
                schema.put(
                        "prefixItems",
                        new JsonValue.Items(
                                items.stream().map(ScalarKeywords::constant).toList()));
                schema.put("minItems", size);
                schema.put("maxItems", size);
            }
            case JsonValue.Members(var members) -> {
                var properties = new LinkedHashMap<String, JsonValue>();
                members.forEach((name, member) -> properties.put(name, constant(member)));
                schema.put("type", new JsonValue.Text("object"));
                schema.put("properties", new JsonValue.Members(properties));
                schema.put(
                        "required",
                        new JsonValue.Items(members.keySet().stream()
                                .map(name -> (JsonValue) new JsonValue.Text(name))
                                .toList()));
                schema.put("additionalProperties", JsonValue.Word.FALSE);
            }
            case JsonValue.Word _, JsonValue.Number _, JsonValue.Text _ -> schema.put("const", value);
        }
        return new JsonValue.Members(schema);
    }

    private static JsonValue constant(JsonValue value) {
        return new JsonValue.Members(Map.of("const", value));
    }

    private static ValueSet strings(Regex texts, boolean holds) {
        return holds ? ValueSet.ALL.withStrings(texts) : ValueSet.NONE.withStrings(Texts.not(texts));
    }

    private ValueSet pattern(Keyword keyword, boolean holds) {
        try {
            return strings(EcmaPattern.search(keyword.text()), holds);
        } catch (GrammarException e) {
            return reader.refused(SchemaReader.Type.STRING, keyword.pointer(), String.valueOf(e.getMessage()), holds);
        }
    }

    private ValueSet format(Keyword keyword, boolean holds) {
        if (!(keyword.value() instanceof JsonValue.Text(var name)) || Formats.isAnnotation(name)) {
            return SchemaReader.neutral(holds);
        }
        var texts = Formats.of(name);
        return texts.isPresent()
                ? strings(texts.get(), holds)
                : reader.refused(
                        SchemaReader.Type.STRING, keyword.pointer(), "the format " + name + " is not known", holds);
    }

    private static ValueSet numbers(NumberSet set, boolean holds) {
        return holds ? ValueSet.ALL.withNumbers(List.of(set)) : ValueSet.NONE.withNumbers(set.not());
    }

    private static ValueSet multiples(Keyword keyword, boolean holds) {
        var step = keyword.number();
        if (step.signum() <= 0) {
            throw keyword.wrong("expected a number above 0, found " + step.toPlainString());
        }
        return numbers(NumberSet.multiplesOf(step), holds);
    }

    private static ValueSet bound(Keyword keyword, boolean holds) {
        boolean upper = keyword.name().endsWith("aximum");
        boolean own = keyword.name().startsWith("exclusive");
        if (own && keyword.value() instanceof JsonValue.Word word && word != JsonValue.Word.NULL) {
            return SchemaReader.neutral(holds); // draft-04 and OpenAPI 3.0: read with minimum and maximum
        }
        boolean exclusive = own
                || JsonValue.Word.TRUE
                        == other(keyword, upper ? "exclusiveMaximum" : "exclusiveMinimum")
                                .orElse(JsonValue.Word.FALSE);
        var bound = keyword.number();
        return numbers(upper ? NumberSet.atMost(bound, exclusive) : NumberSet.atLeast(bound, exclusive), holds);
    }
}
