package orrery.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keywords that combine schemas for one value. */
final class CombiningKeywords {
    private final SchemaReader reader;
    private final Emptiness emptiness;

    CombiningKeywords(SchemaReader reader) {
        this.reader = reader;
        this.emptiness = new Emptiness(reader);
    }

    ValueSet of(Keyword keyword, boolean holds) {
        return switch (keyword.name()) {
            case "$ref" -> reference(keyword, holds);
            case "$dynamicRef", "$recursiveRef" -> {
                if (keyword.name().equals("$recursiveRef") || !reader.document().isPlain(keyword.text())) {
                    throw keyword.wrong("a reference whose target depends on the schema that is read is not kept");
                }
                yield reference(keyword, holds);
            }
            case "allOf" -> holds ? all(children(keyword), keyword) : any(negated(children(keyword)), keyword);
            case "anyOf" -> holds ? any(children(keyword), keyword) : all(negated(children(keyword)), keyword);
            case "oneOf" -> holds ? one(keyword, ValueSet.ALL) : notOne(keyword);
            case "not" -> not(keyword, holds);
            default -> condition(keyword, holds);
        };
    }

    private ValueSet reference(Keyword keyword, boolean holds) {
        return reader.of(new Conjunction.Literal(reader.document().target(keyword), holds));
    }

    private List<Conjunction> children(Keyword keyword) {
        var children = new ArrayList<Conjunction>();
        var schemas = keyword.items();
        for (int i = 0; i < schemas.size(); i++) {
            children.add(reader.child(keyword.node(), schemas.get(i), keyword.name(), i));
        }
        return children;
    }

    private static List<Conjunction> negated(List<Conjunction> children) {
        return children.stream().map(SchemaReader::not).toList();
    }

    private ValueSet all(List<Conjunction> children, Keyword keyword) {
        var values = ValueSet.ALL;
        for (var child : children) {
            values = values.and(reader.of(child), keyword.pointer());
        }
        return values;
    }

    private ValueSet any(List<Conjunction> children, Keyword keyword) {
        return ValueSet.union(children.stream().map(reader::of).toList(), keyword.pointer());
    }

    private ValueSet not(Keyword keyword, boolean holds) {
        var child = reader.child(keyword.node(), keyword.value(), keyword.name());
        return reader.of(holds ? SchemaReader.not(child) : child).unnamed();
    }

    /**
     * Exactly one: alternatives that provably exclude each other as they are, others without the values of their
     * rivals.
     *
     * @param beside what other keywords allow
     */
    ValueSet one(Keyword keyword, ValueSet beside) {
        var children = children(keyword);
        if (children.size() == 1 || isCoerced(keyword)) {
            return any(children, keyword);
        }
        var alternatives = children.stream()
                .map(child -> beside.and(reader.of(child), keyword.pointer()))
                .toList();
        var values = new ArrayList<ValueSet>();
        var others = new ArrayList<List<Conjunction>>();
        children.forEach(_ -> others.add(new ArrayList<>()));
        for (int i = 0; i < children.size(); i++) {
            for (int j = i + 1; j < children.size(); j++) {
                reader.step(keyword.pointer(), 10);
                if (!emptiness.proven(alternatives.get(i), alternatives.get(j), keyword.pointer())) {
                    others.get(i).add(children.get(j));
                    others.get(j).add(children.get(i));
                }
            }
        }
        for (int i = 0; i < children.size(); i++) {
            var own = reader.of(children.get(i));
            for (var other : others.get(i)) {
                own = own.and(reader.of(SchemaReader.not(other)), keyword.pointer());
                reader.step(
                        keyword.pointer(), own.objects().size() + own.arrays().size());
            }
            values.add(own);
        }
        return ValueSet.union(values, keyword.pointer());
    }

    private boolean isCoerced(Keyword keyword) {
        return coerces(keyword.node()) || coerces(reader.document().root());
    }

    private static boolean coerces(SchemaNode node) {
        return node.value() instanceof JsonValue.Members(Map<String, JsonValue> members)
                && members.get("x-coerce-one-of") == JsonValue.Word.TRUE;
    }

    /** None, or two at once. */
    private ValueSet notOne(Keyword keyword) {
        var children = children(keyword);
        var values = all(negated(children), keyword);
        for (int i = 0; i < children.size(); i++) {
            for (int j = i + 1; j < children.size(); j++) {
                values = values.or(all(List.of(children.get(i), children.get(j)), keyword), keyword.pointer());
            }
        }
        return values;
    }

    private ValueSet condition(Keyword keyword, boolean holds) {
        var members = ((JsonValue.Members) keyword.node().value()).members();
        if (!members.containsKey("then") && !members.containsKey("else")) {
            return SchemaReader.neutral(holds);
        }
        var condition = reader.child(keyword.node(), keyword.value(), "if");
        var met = reader.of(condition).and(branch(keyword, members, "then", holds), keyword.pointer());
        var unmet =
                reader.of(SchemaReader.not(condition)).and(branch(keyword, members, "else", holds), keyword.pointer());
        return met.or(unmet, keyword.pointer());
    }

    private ValueSet branch(Keyword keyword, Map<String, JsonValue> members, String name, boolean holds) {
        var schema = members.get(name);
        if (schema == null) {
            return SchemaReader.neutral(holds);
        }
        var child = reader.child(keyword.node(), schema, name);
        return reader.of(holds ? child : SchemaReader.not(child));
    }
}
