package orrery.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orrery.constrain.ArrayShape.Layer;

/** Keywords about arrays. */
final class ArrayKeywords {
    private final SchemaReader reader;

    ArrayKeywords(SchemaReader reader) {
        this.reader = reader;
    }

    ValueSet of(Keyword keyword, boolean holds) {
        return switch (keyword.name()) {
            case "minItems" -> counting(keyword.count(), Regex.UNBOUNDED, holds);
            case "maxItems" -> counting(0, keyword.count(), holds);
            case "uniqueItems" -> unique(keyword, holds);
            case "contains" -> contains(keyword, holds);
            default -> first(keyword).equals(keyword.name()) ? items(keyword, holds) : SchemaReader.neutral(holds);
        };
    }

    private static ValueSet arrays(List<ArrayShape> shapes, boolean holds) {
        return (holds ? ValueSet.ALL : ValueSet.NONE).withArrays(shapes);
    }

    private static ValueSet counting(int least, int most, boolean holds) {
        if (holds) {
            return arrays(List.of(ArrayShape.counting(least, most)), true);
        }
        var others = new ArrayList<ArrayShape>();
        if (least > 0) {
            others.add(ArrayShape.counting(0, least - 1));
        }
        if (most < Regex.UNBOUNDED) {
            others.add(ArrayShape.counting(most + 1, Regex.UNBOUNDED));
        }
        return arrays(others, false);
    }

    private ValueSet refused(String pointer, String message, boolean holds) {
        return reader.refused(SchemaReader.Type.ARRAY, pointer, message, holds);
    }

    /** Arrays of two and more items are beyond a grammar, which cannot compare them. */
    private ValueSet unique(Keyword keyword, boolean holds) {
        if (!keyword.flag()) {
            return SchemaReader.neutral(holds);
        }
        var longer = refused(keyword.pointer(), "a grammar cannot compare the items of an array", holds);
        if (longer.equals(ValueSet.ALL) || !holds) {
            return longer;
        }
        var several = longer.arrays().getFirst().and(ArrayShape.counting(2, Regex.UNBOUNDED));
        return arrays(List.of(ArrayShape.counting(0, 1), several), true);
    }

    private ValueSet contains(Keyword keyword, boolean holds) {
        var members = members(keyword);
        var least = members.get("minContains");
        int count = least == null ? 1 : new Keyword(keyword.node(), "minContains", least).count();
        var most = members.get("maxContains");
        int limit = most == null ? Regex.UNBOUNDED : new Keyword(keyword.node(), "maxContains", most).count();
        var value = reader.child(keyword.node(), keyword.value(), keyword.name());
        var none = ArrayShape.of(new Layer(List.of(), SchemaReader.not(value), false, false));
        var some = ArrayShape.withSome(value, 0);
        if (count == 0 && limit == Regex.UNBOUNDED) {
            return SchemaReader.neutral(holds);
        }
        if (count == 0 && limit == 0) {
            return arrays(List.of(holds ? none : some), holds);
        }
        if (count == 1 && limit == Regex.UNBOUNDED) {
            return arrays(List.of(holds ? some : none), holds);
        }
        String pointer = SchemaNode.below(keyword.node().pointer(), least == null ? "maxContains" : "minContains");
        return refused(pointer, "only one item can be counted, or none", holds);
    }

    private static Map<String, JsonValue> members(Keyword keyword) {
        return ((JsonValue.Members) keyword.node().value()).members();
    }

    private static String first(Keyword keyword) {
        var members = members(keyword);
        return members.containsKey("prefixItems") ? "prefixItems" : members.containsKey("items") ? "items" : "";
    }

    /**
     * {@code prefixItems} and {@code items}, or, up to draft 2019-09, a list of {@code items} and {@code
     * additionalItems}.
     */
    private ValueSet items(Keyword keyword, boolean holds) {
        var node = keyword.node();
        var members = members(keyword);
        boolean list = members.get("items") instanceof JsonValue.Items && !members.containsKey("prefixItems");
        String prefixName = list ? "items" : "prefixItems";
        String restName = list ? "additionalItems" : "items";
        var prefix = new ArrayList<Conjunction>();
        if (members.containsKey(prefixName)) {
            var schemas = new Keyword(node, prefixName, members.get(prefixName)).items();
            for (int i = 0; i < schemas.size(); i++) {
                prefix.add(reader.child(node, schemas.get(i), prefixName, i));
            }
        }
        var restValue = members.get(restName);
        var rest = restValue == null ? Conjunction.TRUE : reader.child(node, restValue, restName);
        if (holds) {
            return arrays(List.of(ArrayShape.of(new Layer(prefix, rest, true, restValue != null))), true);
        }
        var broken = new ArrayList<ArrayShape>();
        for (int i = 0; i < prefix.size(); i++) {
            if (!prefix.get(i).equals(Conjunction.TRUE)) {
                var wrong = new ArrayList<>(java.util.Collections.nCopies(i, Conjunction.TRUE));
                wrong.add(SchemaReader.not(prefix.get(i)));
                broken.add(ArrayShape.of(new Layer(wrong, Conjunction.TRUE, false, false))
                        .and(ArrayShape.counting(i + 1, Regex.UNBOUNDED)));
            }
        }
        if (rest.isFalse()) {
            broken.add(ArrayShape.counting(prefix.size() + 1, Regex.UNBOUNDED));
        } else if (!rest.equals(Conjunction.TRUE)) {
            broken.add(ArrayShape.withSome(SchemaReader.not(rest), prefix.size()));
        }
        return arrays(broken, false);
    }

    ValueSet withUnevaluated(ValueSet values, Keyword keyword) {
        var conjunction = reader.child(keyword.node(), keyword.value(), keyword.name());
        if (values.arrays().stream().anyMatch(shape -> !shape.some().isEmpty())
                && !conjunction.equals(Conjunction.TRUE)) {
            return values.and(
                    refused(keyword.pointer(), "what contains evaluates cannot be told here", true), keyword.pointer());
        }
        return values.withArrays(values.arrays().stream()
                .map(shape -> shape.withUnevaluated(conjunction))
                .toList());
    }
}
