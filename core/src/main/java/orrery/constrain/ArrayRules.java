package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How arrays of a shape are written. */
final class ArrayRules {
    private static final int MOST_STATES = 3_000;
    private static final int MOST_SOME = 4;

    private final SchemaRules rules;

    ArrayRules(SchemaRules rules) {
        this.rules = rules;
    }

    Rule of(ArrayShape shape, Conjunction conjunction) {
        shape.refusal().ifPresent(refusal -> {
            throw refusal;
        });
        if (!shape.some().isEmpty()) {
            return containing(shape, conjunction);
        }
        if (shape.most() == 0) {
            return SchemaRules.bracketed('[', SchemaRules.NOTHING, true, ']');
        }
        // Items up to the prefix's end, each after the ones before it; the rest is counted.
        int prefix = Math.max(1, Math.min(shape.prefix(), shape.most()));
        var rest = SchemaRules.less(shape.most(), prefix) == 0
                ? SchemaRules.EMPTY
                : SchemaRules.following(
                        rules.value(shape.at(prefix)),
                        Math.max(shape.least() - prefix, 0),
                        SchemaRules.less(shape.most(), prefix));
        var tail = rest;
        for (int i = prefix - 1; i > 0; i--) {
            var with = Rule.sequence(SchemaRules.COMMA, rules.value(shape.at(i)), tail);
            var part = i < shape.least() ? with : Rule.optional(with);
            tail = prefix < 8 ? part : rules.add(rules.name("items", SchemaRules.place(conjunction)), part);
        }
        return SchemaRules.bracketed('[', Rule.sequence(rules.value(shape.at(0)), tail), shape.least() == 0, ']');
    }

    /** How many items were written, as far as that matters, and which of the demanded ones are among them. */
    private record At(int items, boolean first, int found) {}

    private Rule containing(ArrayShape shape, Conjunction conjunction) {
        String pointer = SchemaRules.place(conjunction, "contains");
        int from = shape.some().stream().mapToInt(ArrayShape.Some::from).max().orElse(0);
        long end = shape.most() == Regex.UNBOUNDED
                ? Math.max(Math.max(shape.prefix(), shape.least()), from)
                : shape.most();
        if (end > MOST_STATES >> shape.some().size() || shape.some().size() > MOST_SOME) {
            throw new SchemaException(pointer, "too many items have to be counted while others are looked for");
        }
        int all = (1 << shape.some().size()) - 1;
        Map<At, String> names = new HashMap<>();
        var open = new ArrayDeque<At>();
        var start = new At(0, true, 0);
        names.put(start, rules.name("items", pointer));
        open.add(start);
        while (!open.isEmpty()) {
            var at = open.removeFirst();
            var parts = new ArrayList<Rule>();
            if (at.items >= shape.least() && at.found == all && !at.first) {
                parts.add(SchemaRules.EMPTY);
            }
            if (at.items < end || shape.most() == Regex.UNBOUNDED) {
                for (int found = 0; found <= all; found++) {
                    if ((found & at.found) == 0 && (found == 0 || isOpen(shape, found, at.items))) {
                        parts.add(item(shape, at, found, (int) end, names, open, pointer));
                    }
                }
            }
            rules.add(String.valueOf(names.get(at)), new Rule.Choice(parts));
        }
        return SchemaRules.bracketed('[', new Rule.Reference(String.valueOf(names.get(start))), false, ']');
    }

    private static boolean isOpen(ArrayShape shape, int found, int position) {
        for (int i = 0; i < shape.some().size(); i++) {
            if ((found >> i & 1) != 0 && position < shape.some().get(i).from()) {
                return false;
            }
        }
        return true;
    }

    private Rule item(
            ArrayShape shape, At at, int found, int end, Map<At, String> names, ArrayDeque<At> open, String pointer) {
        var value = shape.at(at.items);
        for (int i = 0; i < shape.some().size(); i++) {
            if ((found >> i & 1) != 0) {
                value = value.and(shape.some().get(i).value());
            }
        }
        var next = new At(Math.min(at.items + 1, end), false, at.found | found);
        String name = names.get(next);
        if (name == null) {
            name = rules.name("items", pointer);
            names.put(next, name);
            open.add(next);
        }
        var parts = new ArrayList<Rule>(at.first ? List.of() : List.of(SchemaRules.COMMA));
        parts.add(rules.value(value));
        parts.add(new Rule.Reference(name));
        return new Rule.Sequence(parts);
    }
}
