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

    Values of(Keyword keyword, boolean holds) {
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

    private static Values types(Keyword keyword, boolean holds) {
        var names = keyword.value() instanceof Json.Items(var items)
                ? items.stream()
                        .map(item -> new Keyword(keyword.node(), keyword.name(), item).text())
                        .toList()
                : List.of(keyword.text());
        var values = Values.NONE;
        for (String name : names) {
            values = values.or(type(name, keyword), keyword.pointer());
        }
        if (Json.Word.TRUE == other(keyword, "nullable").orElse(Json.Word.FALSE)) {
            values = values.or(Values.NONE.withWords(Values.NULL), keyword.pointer());
        }
        return holds ? values : complement(values);
    }

    /** The values of all types that are not whole in {@code types}. */
    private static Values complement(Values types) {
        var numbers = types.numbers().isEmpty()
                ? List.of(NumberSet.ALL)
                : types.numbers().getFirst().not();
        return new Values(
                Values.ALL_WORDS & ~types.words(),
                numbers,
                Texts.not(types.strings()),
                Optional.empty(),
                types.arrays().isEmpty() ? List.of(ArrayShape.ALL) : List.of(),
                types.objects().isEmpty() ? List.of(ObjectShape.ALL) : List.of());
    }

    private static Values type(String name, Keyword keyword) {
        return switch (name) {
            case "null" -> Values.NONE.withWords(Values.NULL);
            case "boolean" -> Values.NONE.withWords(Values.TRUE | Values.FALSE);
            case "number" -> Values.NONE.withNumbers(List.of(NumberSet.ALL));
            case "integer" -> Values.NONE.withNumbers(List.of(NumberSet.INTEGERS));
            case "string" -> Values.NONE.withStrings(Texts.ANY);
            case "array" -> Values.NONE.withArrays(List.of(ArrayShape.ALL));
            case "object" -> Values.NONE.withObjects(List.of(ObjectShape.ALL));
            default ->
                throw keyword.wrong("expected null, boolean, number, integer, string, array or object, found " + name);
        };
    }

    private static Optional<Json> other(Keyword keyword, String name) {
        return keyword.node().value() instanceof Json.Members(var members)
                ? Optional.ofNullable(members.get(name))
                : Optional.empty();
    }

    /** Listed values; arrays and objects among them as schemas that only they match. */
    private Values values(List<Json> listed, Keyword keyword, boolean holds) {
        int words = 0;
        var texts = new ArrayList<String>();
        var numbers = new ArrayList<Regex>();
        var composed = new ArrayList<Literal>();
        for (var value : listed) {
            reader.step(keyword.pointer(), value instanceof Json.Text(var text) ? 1 + text.length() : 40);
            switch (value) {
                case Json.Word word ->
                    words |= switch (word) {
                        case NULL -> Values.NULL;
                        case TRUE -> Values.TRUE;
                        case FALSE -> Values.FALSE;
                    };
                case Json.Text(var text) -> texts.add(Keyword.wellFormed(text, keyword.pointer()));
                case Json.Number(var number) ->
                    numbers.add(Decimals.equalTo(Keyword.checked(number, keyword.pointer())));
                case Json.Items _, Json.Members _ ->
                    composed.add(new Literal(reader.document().made(keyword.node(), schemaOf(value)), holds));
            }
        }
        var strings = texts.isEmpty() ? Regex.NOTHING : Texts.oneOf(texts);
        var set = new NumberSet(
                new Regex.Union(numbers), NumberSet.Share.SOME, NumberSet.Share.SOME, List.of());
        if (holds) {
            var values = Values.NONE
                    .withWords(words)
                    .withStrings(strings)
                    .withNumbers(numbers.isEmpty() ? List.of() : List.of(set));
            for (var literal : composed) {
                values = values.or(reader.of(literal), keyword.pointer());
            }
            return values;
        }
        var values = Values.ALL
                .withWords(Values.ALL_WORDS & ~words)
                .withStrings(Texts.not(strings))
                .withNumbers(numbers.isEmpty() ? List.of(NumberSet.ALL) : set.not());
        for (var literal : composed) {
            values = values.and(reader.of(literal), keyword.pointer());
        }
        return values;
    }

    /** The schema that only an array or an object matches. */
    private static Json schemaOf(Json value) {
        var schema = new LinkedHashMap<String, Json>();
        switch (value) {
            case Json.Items(var items) -> {
                var size = new Json.Number(java.math.BigDecimal.valueOf(items.size()));
                schema.put("type", new Json.Text("array"));
                schema.put("prefixItems", new Json.Items(items.stream().map(ScalarKeywords::constant).toList()));
                schema.put("minItems", size);
                schema.put("maxItems", size);
            }
            case Json.Members(var members) -> {
                var properties = new LinkedHashMap<String, Json>();
                members.forEach((name, member) -> properties.put(name, constant(member)));
                schema.put("type", new Json.Text("object"));
                schema.put("properties", new Json.Members(properties));
                schema.put("required", new Json.Items(members.keySet().stream()
                        .map(name -> (Json) new Json.Text(name))
                        .toList()));
                schema.put("additionalProperties", Json.Word.FALSE);
            }
            case Json.Word _, Json.Number _, Json.Text _ -> schema.put("const", value);
        }
        return new Json.Members(schema);
    }

    private static Json constant(Json value) {
        return new Json.Members(Map.of("const", value));
    }

    private static Values strings(Regex texts, boolean holds) {
        return holds ? Values.ALL.withStrings(texts) : Values.NONE.withStrings(Texts.not(texts));
    }

    private Values pattern(Keyword keyword, boolean holds) {
        try {
            return strings(EcmaPattern.search(keyword.text()), holds);
        } catch (GrammarException e) {
            return reader.refused(SchemaReader.Type.STRING, keyword.pointer(), String.valueOf(e.getMessage()), holds);
        }
    }

    private Values format(Keyword keyword, boolean holds) {
        if (!(keyword.value() instanceof Json.Text(var name)) || Formats.isAnnotation(name)) {
            return SchemaReader.neutral(holds);
        }
        var texts = Formats.of(name);
        return texts.isPresent()
                ? strings(texts.get(), holds)
                : reader.refused(SchemaReader.Type.STRING, keyword.pointer(), "the format " + name + " is not known", holds);
    }

    private static Values numbers(NumberSet set, boolean holds) {
        return holds ? Values.ALL.withNumbers(List.of(set)) : Values.NONE.withNumbers(set.not());
    }

    private static Values multiples(Keyword keyword, boolean holds) {
        var step = keyword.number();
        if (step.signum() <= 0) {
            throw keyword.wrong("expected a number above 0, found " + step.toPlainString());
        }
        return numbers(NumberSet.multiplesOf(step), holds);
    }

    private static Values bound(Keyword keyword, boolean holds) {
        boolean upper = keyword.name().endsWith("aximum");
        boolean own = keyword.name().startsWith("exclusive");
        if (own && keyword.value() instanceof Json.Word word && word != Json.Word.NULL) {
            return SchemaReader.neutral(holds); // draft-04 and OpenAPI 3.0: read with minimum and maximum
        }
        boolean exclusive = own
                || Json.Word.TRUE
                        == other(keyword, upper ? "exclusiveMaximum" : "exclusiveMinimum")
                                .orElse(Json.Word.FALSE);
        var bound = keyword.number();
        return numbers(upper ? NumberSet.atMost(bound, exclusive) : NumberSet.atLeast(bound, exclusive), holds);
    }
}
