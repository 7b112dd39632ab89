package orrery.constrain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How objects of a shape are written: the named properties in their order, then the others. */
final class ObjectRules {
    private static final int MOST_CLASSES = 64;
    private static final int STATES = 300;

    private final SchemaRules rules;

    ObjectRules(SchemaRules rules) {
        this.rules = rules;
    }

    /** A named property. */
    record Property(String name, Rule entry, boolean required) {}

    Rule of(ObjectShape shape, Conjunction conjunction) {
        shape.refusal().ifPresent(refusal -> {
            throw refusal;
        });
        var names = List.copyOf(shape.names());
        var ownFirst = List.copyOf(shape.ownNamesFirst());
        rules.reader().step(SchemaRules.place(conjunction), 4 * names.size());
        var rule = of(shape, conjunction, properties(shape, names));
        return names.equals(ownFirst) ? rule : Rule.choice(rule, of(shape, conjunction, properties(shape, ownFirst)));
    }

    private List<Property> properties(ObjectShape shape, List<String> names) {
        var properties = new ArrayList<Property>();
        for (String name : names) {
            var value = shape.of(name, rules.reader().automaton());
            boolean required = shape.required().contains(name);
            if (required || !value.isFalse()) {
                var key = rules.texts().quoted(Texts.oneOf(List.of(name)));
                properties.add(new Property(name, entry(key, value), required));
            }
        }
        return properties;
    }

    private Rule of(ObjectShape shape, Conjunction conjunction, List<Property> properties) {
        int required = shape.required().size();
        var others = classes(shape, conjunction);
        boolean counts = shape.least() > Math.max(required, 1)
                || (shape.most() != Regex.UNBOUNDED && (others.isPresent() || shape.most() < properties.size()))
                || !shape.some().isEmpty();
        if (!counts) {
            return uncounted(properties, others, shape.least() == 0 && required == 0, conjunction);
        }
        if (properties.isEmpty() && shape.some().isEmpty() && shape.least() <= 1) {
            var body = others.map(other -> (Rule) Rule.sequence(
                            other, SchemaRules.following(other, 0, SchemaRules.less(Math.max(shape.most(), 1), 1))))
                    .orElse(SchemaRules.NOTHING);
            return SchemaRules.bracketed('{', shape.most() == 0 ? SchemaRules.NOTHING : body, shape.least() == 0, '}');
        }
        return new CountedObject(rules, this, shape, conjunction, properties, others).rule();
    }

    /** A property with its name. */
    private Rule entry(Regex key, Conjunction value) {
        return Rule.sequence(new Rule.Lexeme(Regex.sequence(key, SchemaRules.COLON)), rules.value(value));
    }

    /** Objects of which any number of the optional properties may be there. */
    private Rule uncounted(List<Property> properties, Optional<Rule> others, boolean empty, Conjunction conjunction) {
        int count = properties.size();
        int first = 0;
        while (first < count && !properties.get(first).required) {
            first++;
        }
        // From the first required property on (or the end) there is a comma before everything.
        var flat = new ArrayList<Rule>();
        for (var property : properties.subList(Math.min(first + 1, count), count)) {
            flat.add(following(property));
        }
        others.ifPresent(other -> flat.add(SchemaRules.following(other, 0, Regex.UNBOUNDED)));
        Rule tail = new Rule.Sequence(flat);
        var beginnings = new ArrayList<Rule>();
        if (first < count) {
            tail = first == 0 ? tail : named(tail, conjunction);
            beginnings.add(Rule.sequence(properties.get(first).entry, tail));
        } else {
            var end = named(tail, conjunction);
            tail = end;
            others.ifPresent(other -> beginnings.add(Rule.sequence(other, end)));
        }
        for (int i = first - 1; i >= 0; i--) {
            if (i + 1 < count) {
                tail = named(Rule.sequence(following(properties.get(i + 1)), tail), conjunction);
            }
            beginnings.add(Rule.sequence(properties.get(i).entry, tail));
        }
        Collections.reverse(beginnings);
        var body = beginnings.size() == 1 ? beginnings.getFirst() : new Rule.Choice(beginnings);
        return SchemaRules.bracketed('{', body, empty, '}');
    }

    private static Rule following(Property property) {
        var part = Rule.sequence(SchemaRules.COMMA, property.entry);
        return property.required ? part : Rule.optional(part);
    }

    private Rule named(Rule rule, Conjunction conjunction) {
        return rules.add(rules.name("properties", SchemaRules.place(conjunction)), rule);
    }

    /** The properties that no schema names; empty if there can be none. */
    private Optional<Rule> classes(ObjectShape shape, Conjunction conjunction) {
        return classes(shape, conjunction, Optional.empty());
    }

    /** @param among names of which the property must be one */
    Optional<Rule> classes(ObjectShape shape, Conjunction conjunction, Optional<Regex> among) {
        var known = shape.names();
        var others = known.isEmpty() ? Texts.ANY : Texts.not(Texts.oneOf(known));
        var classes =
                List.of(new Names(among.map(set -> Texts.and(others, set)).orElse(others), Conjunction.TRUE, false));
        for (var layer : shape.layers()) {
            for (var pattern : layer.patterns()) {
                classes = split(classes, pattern, conjunction);
            }
            classes = classes.stream().map(names -> names.after(layer)).toList();
        }
        Map<Conjunction, List<Regex>> byValue = new LinkedHashMap<>();
        for (var names : classes) {
            if (!names.value.isFalse()) {
                byValue.computeIfAbsent(names.value, _ -> new ArrayList<>()).add(names.set);
            }
        }
        var parts = new ArrayList<Rule>();
        byValue.forEach((value, sets) -> {
            var set = sets.size() == 1 ? sets.getFirst() : new Regex.Union(sets);
            parts.add(entry(rules.texts().quoted(set), value));
        });
        return switch (parts.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(parts.getFirst());
            default -> Optional.of(new Rule.Choice(parts));
        };
    }

    /**
     * Names whose properties have the same value; {@code matched} is whether a pattern of the current layer matches.
     */
    private record Names(Regex set, Conjunction value, boolean matched) {
        private Names after(ObjectShape.Layer layer) {
            return new Names(set, matched ? value : value.and(layer.additional()), false);
        }
    }

    /** The names of each class that a pattern matches, and those that it does not. */
    private List<Names> split(List<Names> classes, ObjectShape.Pattern pattern, Conjunction conjunction) {
        var split = new ArrayList<Names>();
        for (var names : classes) {
            var in = Texts.and(names.set, pattern.names());
            var out = Texts.and(names.set, Texts.not(pattern.names()));
            if (isPossible(in)) {
                split.add(new Names(in, names.value.and(pattern.value()), true));
            }
            if (isPossible(out)) {
                split.add(new Names(out, names.value, names.matched));
            }
        }
        if (split.size() > MOST_CLASSES) {
            throw new SchemaException(
                    SchemaRules.place(conjunction, "patternProperties"),
                    "more than " + MOST_CLASSES + " kinds of names have to be told apart");
        }
        return split;
    }

    private boolean isPossible(Regex names) {
        return !rules.reader().automaton().isEmpty(names, STATES).orElse(false);
    }
}
