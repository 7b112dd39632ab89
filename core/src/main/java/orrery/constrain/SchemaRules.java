package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules of a schema's grammar, one for each conjunction of schemas that describes more than a scalar. */
final class SchemaRules {
    /** Rules beyond these are refused. */
    private static final int MOST = 30_000;

    private static final Regex SPACE = Regex.optional(Regex.union(
            Regex.text(" "),
            Regex.sequence(
                    Regex.text("\n"),
                    Regex.union(
                            new Regex.Repeat(Regex.text(" "), 0, 128), new Regex.Repeat(Regex.text("\t"), 1, 32)))));

    /** The name of the rule of a whole document. */
    static final String START = "document";

    static final Rule COMMA = new Rule.Lexeme(Regex.sequence(Regex.text(","), SPACE));
    static final Regex COLON = Regex.sequence(Regex.optional(Regex.text(" ")), Regex.text(":"), SPACE);
    static final Rule NOTHING = new Rule.Choice(List.of());
    static final Rule EMPTY = new Rule.Sequence(List.of());

    private static final Regex ANY_STRING = new JsonTexts().quoted(Texts.ANY);

    private final SchemaReader reader;
    private final JsonTexts texts = new JsonTexts();
    private final ObjectRules objects = new ObjectRules(this);
    private final ArrayRules arrays = new ArrayRules(this);
    private final NumberRules numbers = new NumberRules(this);
    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<Conjunction, Rule> known = new HashMap<>();
    private final ArrayDeque<Map.Entry<String, Conjunction>> open = new ArrayDeque<>();
    private int named;

    SchemaRules(SchemaReader reader) {
        this.reader = reader;
    }

    SchemaReader reader() {
        return reader;
    }

    JsonTexts texts() {
        return texts;
    }

    /** All rules; the first one derives the document. */
    Map<String, Rule> of(Conjunction document) {
        var start = value(document);
        rules.put(START, start);
        while (!open.isEmpty()) {
            var next = open.removeFirst();
            rules.put(next.getKey(), alternatives(next.getValue(), reader.of(next.getValue())));
        }
        return rules;
    }

    /** A name for one more rule. */
    String name(String kind, String pointer) {
        if (++named > MOST) {
            throw new SchemaException(pointer, "the grammar would have more than " + MOST + " rules");
        }
        return kind + " " + named;
    }

    Rule.Reference add(String name, Rule rule) {
        rules.put(name, rule);
        return new Rule.Reference(name);
    }

    /** What a value may be for which all these schemas hold. */
    Rule value(Conjunction conjunction) {
        if (conjunction.isFalse()) {
            return NOTHING;
        }
        var rule = known.get(conjunction);
        if (rule == null) {
            var values = reader.of(conjunction);
            reader.step(place(conjunction), 1);
            boolean scalar = values.arrays().isEmpty()
                    && values.objects().isEmpty()
                    && values.numbers().stream().allMatch(set -> set.steps().isEmpty());
            if (scalar) {
                rule = alternatives(conjunction, values);
            } else {
                String name = name("value", place(conjunction));
                open.add(Map.entry(name, conjunction));
                rule = new Rule.Reference(name);
            }
            known.put(conjunction, rule);
        }
        return rule;
    }

    /** Where a conjunction is said, for messages. */
    static String place(Conjunction conjunction) {
        return conjunction.literals().isEmpty()
                ? ""
                : conjunction.literals().getFirst().node().pointer();
    }

    /** The place of a keyword in one of the schemas, if they have it. */
    static String place(Conjunction conjunction, String keyword) {
        for (var literal : conjunction.literals()) {
            if (literal.node().value() instanceof JsonValue.Members(var members) && members.containsKey(keyword)) {
                return SchemaNode.below(literal.node().pointer(), keyword);
            }
        }
        return place(conjunction);
    }

    private Rule alternatives(Conjunction conjunction, ValueSet values) {
        var parts = new ArrayList<Rule>();
        var scalars = new ArrayList<Regex>();
        var words = Map.of(ValueSet.NULL, "null", ValueSet.TRUE, "true", ValueSet.FALSE, "false");
        words.forEach((bit, word) -> {
            if ((values.words() & bit) != 0) {
                scalars.add(Regex.text(word));
            }
        });
        if (!values.strings().equals(Regex.NOTHING)) {
            values.refusal().ifPresent(refusal -> {
                throw refusal;
            });
            scalars.add(values.strings().equals(Texts.ANY) ? ANY_STRING : texts.quoted(values.strings()));
        }
        for (var set : values.numbers()) {
            if (set.steps().isEmpty()) {
                scalars.add(NumberRules.spellings(set));
            } else {
                parts.add(numbers.of(set, conjunction));
            }
        }
        if (!scalars.isEmpty()) {
            parts.addFirst(new Rule.Lexeme(scalars.size() == 1 ? scalars.getFirst() : new Regex.Union(scalars)));
        }
        for (var shape : values.arrays()) {
            parts.add(arrays.of(shape, conjunction));
        }
        for (var shape : values.objects()) {
            parts.add(objects.of(shape, conjunction));
        }
        return parts.size() == 1 ? parts.getFirst() : new Rule.Choice(parts);
    }

    /** What stands between an opening and a closing bracket; {@code empty} is whether it may be nothing. */
    static Rule bracketed(char open, Rule body, boolean empty, char close) {
        var opening = new Rule.Lexeme(Regex.sequence(Regex.text(String.valueOf(open)), SPACE));
        var closing = new Rule.Lexeme(Regex.sequence(SPACE, Regex.text(String.valueOf(close))));
        var full = Rule.sequence(body, closing);
        return Rule.sequence(opening, empty ? Rule.choice(full, Rule.text(String.valueOf(close))) : full);
    }

    /** The values of properties or items, one after another. */
    static Rule following(Rule part, int least, int most) {
        return new Rule.Repeat(Rule.sequence(COMMA, part), least, most);
    }

    static int less(int bound, int by) {
        return bound == Regex.UNBOUNDED ? bound : bound - by;
    }
}
