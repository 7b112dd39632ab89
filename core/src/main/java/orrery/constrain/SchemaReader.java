package orrery.constrain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.constrain.Conjunction.Literal;

/**
 * The values that schemas allow, without looking into properties and items: those stay conjunctions until they are
 * needed, so that schemas may refer to themselves. What a schema forbids is computed as well, keyword by keyword (De
 * Morgan), for {@code not}, {@code oneOf} and {@code if}.
 */
final class SchemaReader {
    /** Work beyond this is refused: a bound on time that is the same on every machine. */
    private static final int MOST_STEPS = 400_000;

    /** Keywords of one schema may nest so deeply, references included. */
    private static final int DEEPEST = 400;

    private final SchemaDocument document;
    private final Refusals refusals;
    private final Automaton automaton;
    private final ScalarKeywords scalars;
    private final ObjectKeywords objects;
    private final ArrayKeywords arrays;
    private final CombiningKeywords combining;
    private final Map<Literal, ValueSet> known = new HashMap<>();
    private final Map<Conjunction, ValueSet> knownConjunctions = new HashMap<>();
    private final Set<Literal> open = new HashSet<>();
    private int steps;

    SchemaReader(SchemaDocument document, Refusals refusals, Automaton automaton) {
        this.document = document;
        this.refusals = refusals;
        this.automaton = automaton;
        this.scalars = new ScalarKeywords(this);
        this.objects = new ObjectKeywords(this);
        this.arrays = new ArrayKeywords(this);
        this.combining = new CombiningKeywords(this);
    }

    SchemaDocument document() {
        return document;
    }

    Refusals refusals() {
        return refusals;
    }

    Automaton automaton() {
        return automaton;
    }

    /** Counts work at a place. */
    void step(String pointer, int count) {
        steps += count;
        if (steps > MOST_STEPS) {
            throw new SchemaException(pointer, "the schema is too large: more than " + MOST_STEPS + " steps");
        }
    }

    ValueSet of(Conjunction conjunction) {
        var values = knownConjunctions.get(conjunction);
        if (values == null) {
            values = ValueSet.ALL;
            for (var literal : conjunction.literals()) {
                values = values.and(of(literal), literal.node().pointer());
            }
            knownConjunctions.put(conjunction, values);
        }
        return values;
    }

    ValueSet of(Literal literal) {
        var values = known.get(literal);
        if (values == null) {
            String pointer = literal.node().pointer();
            if (!open.add(literal)) {
                throw new SchemaException(pointer, "the schema refers to itself without a value in between");
            }
            if (open.size() > DEEPEST) {
                throw new SchemaException(pointer, "more than " + DEEPEST + " schemas apply within each other here");
            }
            step(pointer, 1);
            values = literal.holds()
                    ? allowed(literal.node())
                    : forbidden(literal.node()).unnamed();
            step(pointer, values.objects().size() + values.arrays().size());
            open.remove(literal);
            known.put(literal, values);
        }
        return values;
    }

    private ValueSet allowed(SchemaNode node) {
        if (node.value() instanceof JsonValue.Word word && word != JsonValue.Word.NULL) {
            return word == JsonValue.Word.TRUE ? ValueSet.ALL : ValueSet.NONE;
        }
        var keywords = keywords(node);
        var values = ValueSet.ALL;
        for (var keyword : keywords) {
            var own = keyword.name().equals("oneOf")
                    ? combining.one(keyword, beside(keyword, keywords)).deeper()
                    : keyword(keyword, true);
            values = values.and(own, keyword.pointer());
        }
        var members = members(node);
        var properties = members.get("unevaluatedProperties");
        if (properties != null) {
            var conjunction = child(node, properties, "unevaluatedProperties");
            values = values.withObjects(values.objects().stream()
                    .map(shape -> shape.withUnevaluated(conjunction))
                    .toList());
        }
        var items = members.get("unevaluatedItems");
        if (items != null) {
            values = arrays.withUnevaluated(values, new Keyword(node, "unevaluatedItems", items));
        }
        return values;
    }

    /** What the other keywords of a schema allow, which helps to tell the alternatives of {@code oneOf} apart. */
    private ValueSet beside(Keyword one, List<Keyword> keywords) {
        var values = ValueSet.ALL;
        for (var keyword : keywords) {
            if (!keyword.name().equals("oneOf")) {
                values = values.and(keyword(keyword, true), one.pointer());
            }
        }
        return values;
    }

    private ValueSet forbidden(SchemaNode node) {
        if (node.value() instanceof JsonValue.Word word && word != JsonValue.Word.NULL) {
            return word == JsonValue.Word.TRUE ? ValueSet.NONE : ValueSet.ALL;
        }
        var values = ValueSet.NONE;
        for (var keyword : keywords(node)) {
            values = values.or(keyword(keyword, false), keyword.pointer());
        }
        for (String name : List.of("unevaluatedProperties", "unevaluatedItems")) {
            var value = members(node).get(name);
            if (value != null && value != JsonValue.Word.TRUE) {
                var keyword = new Keyword(node, name, value);
                values = values.or(
                        refused(
                                name.equals("unevaluatedItems") ? Type.ARRAY : Type.OBJECT,
                                keyword.pointer(),
                                "what does not match this cannot be described",
                                false),
                        keyword.pointer());
            }
        }
        return values;
    }

    private static Map<String, JsonValue> members(SchemaNode node) {
        if (node.value() instanceof JsonValue.Members(var members)) {
            return members;
        }
        throw new SchemaException(
                node.pointer(),
                "expected a schema, an object or a boolean, found "
                        + node.value().kind());
    }

    private static List<Keyword> keywords(SchemaNode node) {
        var members = members(node);
        if (node.refAlone() && members.get("$ref") instanceof JsonValue.Text reference) {
            return List.of(new Keyword(node, "$ref", reference));
        }
        var keywords = new ArrayList<Keyword>();
        members.forEach((name, value) -> keywords.add(new Keyword(node, name, value)));
        return keywords;
    }

    /** What a keyword allows, or what it forbids; those that are only read with others allow all here. */
    private ValueSet keyword(Keyword keyword, boolean holds) {
        return switch (keyword.name()) {
            case "type",
                    "enum",
                    "const",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "format",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf" -> scalars.of(keyword, holds);
            case "properties",
                    "patternProperties",
                    "additionalProperties",
                    "required",
                    "propertyNames",
                    "minProperties",
                    "maxProperties",
                    "dependentRequired",
                    "dependentSchemas",
                    "dependencies" -> objects.of(keyword, holds);
            case "items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains" ->
                arrays.of(keyword, holds);
            case "$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "not", "if" ->
                combining.of(keyword, holds).deeper();
            default -> neutral(holds);
        };
    }

    /** Of a keyword without effect. */
    static ValueSet neutral(boolean holds) {
        return holds ? ValueSet.ALL : ValueSet.NONE;
    }

    /** The types whose values may be refused. */
    enum Type {
        STRING,
        ARRAY,
        OBJECT
    }

    /** What a keyword about one type means that cannot be kept: an error only where such values are allowed. */
    ValueSet refused(Type type, String pointer, String message, boolean holds) {
        return refusals.of(pointer, message)
                .map(refusal -> refused(type, refusal, holds))
                .orElse(ValueSet.ALL);
    }

    static ValueSet refused(Type type, SchemaException refusal, boolean holds) {
        var others = neutral(holds);
        return switch (type) {
            case STRING -> others.withStringsRefused(refusal);
            case ARRAY -> others.withArrays(List.of(ArrayShape.refused(refusal)));
            case OBJECT -> others.withObjects(List.of(ObjectShape.refused(refusal)));
        };
    }

    /** The conjunction of a schema below a keyword. */
    Conjunction child(SchemaNode node, JsonValue value, Object... keys) {
        return Conjunction.of(new Literal(document.below(node, value, keys), true));
    }

    static Conjunction not(Conjunction single) {
        if (single.literals().isEmpty()) {
            return Conjunction.FALSE;
        }
        return Conjunction.of(single.literals().getFirst().not());
    }
}
