package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.constrain.ObjectRules.Property;

/** Objects whose properties are counted, or of which some must be there: a rule for each state of the counting. */
final class CountedObject {
    private static final int MOST_STATES = 3_000;
    private static final int MOST_SOME = 4;

    /** Demanded names can be looked for among so many others. */
    private static final int MOST_PLACES = 20;

    private final SchemaRules rules;
    private final ObjectRules objects;
    private final ObjectShape shape;
    private final Conjunction conjunction;
    private final List<Property> properties;
    private final Optional<Rule> others;
    private final int[] finds;
    private final int all;
    private final int limit;
    private final Map<At, String> names = new HashMap<>();
    private final ArrayDeque<At> open = new ArrayDeque<>();

    /** @param next the property that is next; {@code count} how many were written, as far as that matters */
    private record At(int next, int count, boolean first, int found) {}

    CountedObject(
            SchemaRules rules,
            ObjectRules objects,
            ObjectShape shape,
            Conjunction conjunction,
            List<Property> properties,
            Optional<Rule> others) {
        this.rules = rules;
        this.objects = objects;
        this.shape = shape;
        this.conjunction = conjunction;
        this.properties = properties;
        this.others = others;
        this.all = (1 << Math.min(shape.some().size(), MOST_SOME)) - 1;
        this.limit = shape.most() == Regex.UNBOUNDED ? shape.least() : shape.most();
        this.finds = properties.stream().mapToInt(this::finds).toArray();
    }

    private int finds(Property property) {
        int found = 0;
        byte[] name = Texts.utf8(property.name());
        for (int i = 0; i < Math.min(shape.some().size(), MOST_SOME); i++) {
            if (rules.reader().automaton().matches(shape.some().get(i).names(), name)) {
                found |= 1 << i;
            }
        }
        return found;
    }

    private SchemaException refusal(String message) {
        String keyword = shape.least() > 1 ? "minProperties" : "maxProperties";
        return new SchemaException(SchemaRules.place(conjunction, keyword), message);
    }

    Rule rule() {
        if (shape.some().size() > MOST_SOME) {
            throw refusal("more than " + MOST_SOME + " properties have to be looked for at once");
        }
        String start = name(new At(0, 0, true, 0));
        while (!open.isEmpty()) {
            var at = open.removeFirst();
            rules.add(String.valueOf(names.get(at)), new Rule.Choice(ways(at)));
            if (names.size() > MOST_STATES) {
                throw refusal("too many properties have to be counted");
            }
        }
        boolean empty = shape.least() == 0 && shape.required().isEmpty() && all == 0;
        return SchemaRules.bracketed('{', new Rule.Reference(start), empty, '}');
    }

    private String name(At at) {
        String name = names.get(at);
        if (name == null) {
            name = rules.name("counted", SchemaRules.place(conjunction));
            names.put(at, name);
            open.add(at);
        }
        return name;
    }

    private List<Rule> ways(At at) {
        var ways = new ArrayList<Rule>();
        if (at.next == properties.size()) {
            end(at, ways);
            return ways;
        }
        var property = properties.get(at.next);
        if (!property.required()) {
            ways.add(new Rule.Reference(name(new At(at.next + 1, at.count, at.first, at.found))));
        }
        if (shape.most() == Regex.UNBOUNDED || at.count < shape.most()) {
            var after = new At(at.next + 1, Math.min(at.count + 1, limit), false, at.found | finds[at.next]);
            ways.add(after(at.first, property.entry(), new Rule.Reference(name(after))));
        }
        return ways;
    }

    private static Rule after(boolean first, Rule entry, Rule rest) {
        return first ? Rule.sequence(entry, rest) : Rule.sequence(SchemaRules.COMMA, entry, rest);
    }

    /** What may follow the named properties. */
    private void end(At at, List<Rule> ways) {
        int missing = Math.max(shape.least() - at.count, 0);
        int room = SchemaRules.less(shape.most(), at.count);
        int unfound = all & ~at.found;
        if (unfound == 0) {
            if (missing == 0 && !at.first) {
                ways.add(SchemaRules.EMPTY);
            }
            others.ifPresent(other -> {
                // Names of others may be repeated, which a reader counts once; so they are one property for sure.
                if (missing > 1) {
                    throw refusal("properties without names of their own cannot be counted up, as they may repeat");
                }
                if (room > 0) {
                    ways.add(after(at.first, other, SchemaRules.following(other, 0, SchemaRules.less(room, 1))));
                }
            });
            return;
        }
        if (others.isEmpty() || room == 0) {
            return;
        }
        if (Integer.bitCount(unfound) > 1) {
            throw refusal("two properties without names of their own cannot be looked for at once");
        }
        var wanted = shape.some().get(Integer.numberOfTrailingZeros(unfound)).names();
        var found = objects.classes(shape, conjunction, Optional.of(wanted));
        if (found.isEmpty()) {
            return;
        }
        if (missing > 1) {
            throw refusal("properties without names of their own cannot be counted up, as they may repeat");
        }
        if (room != Regex.UNBOUNDED && room > MOST_PLACES) {
            throw refusal("too many properties have to be counted");
        }
        var other = others.get();
        int places = room == Regex.UNBOUNDED ? 2 : room;
        for (int before = 0; before < places; before++) {
            int behind = room == Regex.UNBOUNDED ? room : room - 1 - before;
            var rest = SchemaRules.following(other, 0, behind);
            if (before == 0) {
                ways.add(after(at.first, found.get(), rest));
            } else {
                int between = before - 1;
                ways.add(after(
                        at.first,
                        other,
                        Rule.sequence(
                                SchemaRules.following(other, between, room == Regex.UNBOUNDED ? room : between),
                                SchemaRules.COMMA,
                                found.get(),
                                rest)));
            }
        }
    }
}
