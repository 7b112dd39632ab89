package orrery.constrain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.constrain.ObjectShape.Layer;
import orrery.constrain.ObjectShape.Pattern;

/** Keywords about objects. */
final class ObjectKeywords {
    private static final List<String> GROUP = List.of("properties", "patternProperties", "additionalProperties");

    private final SchemaReader reader;

    ObjectKeywords(SchemaReader reader) {
        this.reader = reader;
    }

    ValueSet of(Keyword keyword, boolean holds) {
        return switch (keyword.name()) {
            case "required" -> required(keyword, holds);
            case "propertyNames" -> names(keyword, holds);
            case "minProperties" -> counting(keyword.count(), Regex.UNBOUNDED, holds);
            case "maxProperties" -> counting(0, keyword.count(), holds);
            case "dependentRequired", "dependentSchemas", "dependencies" -> dependent(keyword, holds);
            default -> first(keyword).equals(keyword.name()) ? group(keyword, holds) : SchemaReader.neutral(holds);
        };
    }

    static ValueSet objects(List<ObjectShape> shapes, boolean holds) {
        return (holds ? ValueSet.ALL : ValueSet.NONE).withObjects(shapes);
    }

    private static ValueSet required(Keyword keyword, boolean holds) {
        if (keyword.value() instanceof JsonValue.Word) {
            throw keyword.wrong("expected an array of names; draft-03 alone has a boolean here");
        }
        var names = keyword.names();
        return holds
                ? objects(List.of(ObjectShape.requiring(names)), true)
                : objects(names.stream().map(ObjectShape::without).toList(), false);
    }

    private static ValueSet counting(int least, int most, boolean holds) {
        if (holds) {
            return objects(List.of(ObjectShape.counting(least, most)), true);
        }
        var others = new ArrayList<ObjectShape>();
        if (least > 0) {
            others.add(ObjectShape.counting(0, least - 1));
        }
        if (most < Regex.UNBOUNDED) {
            others.add(ObjectShape.counting(most + 1, Regex.UNBOUNDED));
        }
        return objects(others, false);
    }

    private ValueSet names(Keyword keyword, boolean holds) {
        var values = reader.of(reader.child(keyword.node(), keyword.value(), keyword.name()));
        if (values.refusal().isPresent()) {
            return SchemaReader.refused(
                    SchemaReader.Type.OBJECT, values.refusal().get(), holds);
        }
        var names = values.strings();
        if (!holds) {
            return objects(
                    names.equals(Texts.ANY) ? List.of() : List.of(ObjectShape.withSome(Texts.not(names))), false);
        }
        if (names.equals(Texts.ANY)) {
            return ValueSet.ALL;
        }
        var patterns = names.equals(Regex.NOTHING) ? List.<Pattern>of() : List.of(new Pattern(names, Conjunction.TRUE));
        return objects(
                List.of(ObjectShape.of(new Layer(Map.of(), patterns, Conjunction.FALSE, false, false, 0))), true);
    }

    private static Map<String, JsonValue> members(Keyword keyword) {
        return ((JsonValue.Members) keyword.node().value()).members();
    }

    /** The first of the keywords that are read together. */
    private static String first(Keyword keyword) {
        var members = members(keyword);
        return GROUP.stream().filter(members::containsKey).findFirst().orElse("");
    }

    private ValueSet group(Keyword keyword, boolean holds) {
        var node = keyword.node();
        var members = members(keyword);
        var properties = new LinkedHashMap<String, Conjunction>();
        if (members.containsKey("properties")) {
            new Keyword(node, "properties", members.get("properties"))
                    .members()
                    .forEach((name, schema) -> properties.put(
                            Keyword.wellFormed(name, keyword.pointer()),
                            reader.child(node, schema, "properties", name)));
        }
        var patterns = new ArrayList<Pattern>();
        if (members.containsKey("patternProperties")) {
            var patternKeyword = new Keyword(node, "patternProperties", members.get("patternProperties"));
            for (var pattern : patternKeyword.members().entrySet()) {
                try {
                    var names = EcmaPattern.search(pattern.getKey());
                    patterns.add(new Pattern(
                            names, reader.child(node, pattern.getValue(), "patternProperties", pattern.getKey())));
                } catch (GrammarException e) {
                    return reader.refused(
                            SchemaReader.Type.OBJECT,
                            SchemaNode.below(patternKeyword.pointer(), pattern.getKey()),
                            String.valueOf(e.getMessage()),
                            holds);
                }
            }
        }
        var rest = Optional.ofNullable(members.get("additionalProperties"));
        var additional = rest.map(schema -> reader.child(node, schema, "additionalProperties"))
                .orElse(Conjunction.TRUE);
        if (holds) {
            return objects(
                    List.of(ObjectShape.of(new Layer(properties, patterns, additional, true, rest.isPresent(), 0))),
                    true);
        }
        return broken(node, properties, patterns, additional);
    }

    /** Objects that break one of the keywords. */
    private ValueSet broken(
            SchemaNode node, Map<String, Conjunction> properties, List<Pattern> patterns, Conjunction additional) {
        var shapes = new ArrayList<ObjectShape>();
        properties.forEach((name, value) -> {
            if (!value.equals(Conjunction.TRUE)) {
                var wrong = ObjectShape.of(Layer.of(name, SchemaReader.not(value)));
                shapes.add(wrong.and(ObjectShape.requiring(new LinkedHashSet<>(List.of(name)))));
            }
        });
        for (var pattern : patterns) {
            if (pattern.value().isFalse()) {
                shapes.add(ObjectShape.withSome(pattern.names()));
            } else if (!pattern.value().equals(Conjunction.TRUE)) {
                return cannotBreak(SchemaNode.below(node.pointer(), "patternProperties"));
            }
        }
        if (additional.isFalse()) {
            var others = properties.isEmpty() ? Texts.ANY : Texts.not(Texts.oneOf(properties.keySet()));
            for (var pattern : patterns) {
                others = Texts.and(others, Texts.not(pattern.names()));
            }
            shapes.add(ObjectShape.withSome(others));
        } else if (!additional.equals(Conjunction.TRUE)) {
            return cannotBreak(SchemaNode.below(node.pointer(), "additionalProperties"));
        }
        return objects(shapes, false);
    }

    private ValueSet cannotBreak(String pointer) {
        return reader.refused(
                SchemaReader.Type.OBJECT, pointer, "objects that do not match this cannot be described", false);
    }

    private ValueSet dependent(Keyword keyword, boolean holds) {
        var values = SchemaReader.neutral(holds);
        for (var entry : keyword.members().entrySet()) {
            var own = dependency(keyword, entry.getKey(), entry.getValue(), holds);
            values = holds ? values.and(own, keyword.pointer()) : values.or(own, keyword.pointer());
        }
        return values;
    }

    private ValueSet dependency(Keyword keyword, String name, JsonValue value, boolean holds) {
        var present = new LinkedHashSet<>(List.of(name));
        if (value instanceof JsonValue.Items) {
            var names = new Keyword(keyword.node(), keyword.name(), value).names();
            if (!holds) {
                var there = ObjectShape.requiring(present);
                return objects(
                        names.stream()
                                .filter(other -> !other.equals(name))
                                .map(other -> there.and(ObjectShape.without(other)))
                                .toList(),
                        false);
            }
            names.addLast(name);
            return objects(List.of(ObjectShape.without(name), ObjectShape.requiring(names)), true);
        }
        var schema = reader.child(keyword.node(), value, keyword.name(), name);
        var there = ValueSet.NONE.withObjects(List.of(ObjectShape.requiring(present)));
        if (!holds) {
            return there.and(reader.of(SchemaReader.not(schema)), keyword.pointer());
        }
        return objects(List.of(ObjectShape.without(name)), true)
                .or(there.and(reader.of(schema), keyword.pointer()), keyword.pointer());
    }
}
