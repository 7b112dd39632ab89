package orrery.constrain;

import java.util.ArrayDeque;
import java.util.HashSet;

/** The sets of bytes that a grammar names. */
final class GrammarBytes {
    private final WorkLimit work;
    private final ByteClasses classes = new ByteClasses();
    private final ArrayDeque<Rule> rules = new ArrayDeque<>();
    private final ArrayDeque<Regex> expressions = new ArrayDeque<>();

    GrammarBytes(WorkLimit work) {
        this.work = work;
    }

    /** The classes of bytes that are told apart by the rules which the start rule needs, and by slices. */
    ByteClasses classes(Grammar grammar) {
        var seen = new HashSet<String>();
        add(StringSlice.CHARACTER);
        rules.add(new Rule.Reference(grammar.start()));
        while (!rules.isEmpty()) {
            work.step();
            switch (rules.remove()) {
                case Rule.Lexeme(var regex) -> add(regex);
                case Rule.Sequence(var parts) -> rules.addAll(parts);
                case Rule.Choice(var parts) -> rules.addAll(parts);
                case Rule.Repeat repeat -> rules.add(repeat.part());
                case Rule.Reference to -> {
                    if (seen.add(to.name())) {
                        rules.add(grammar.rule(to));
                    }
                }
            }
        }
        return classes;
    }

    private void add(Regex whole) {
        expressions.add(whole);
        while (!expressions.isEmpty()) {
            work.step();
            switch (expressions.remove()) {
                case Regex.Bytes(var set) -> classes.add(set);
                case Regex.Sequence(var parts) -> expressions.addAll(parts);
                case Regex.Union(var parts) -> expressions.addAll(parts);
                case Regex.Intersection(var parts) -> expressions.addAll(parts);
                case Regex.Complement(var part) -> expressions.add(part);
                case Regex.Repeat repeat -> expressions.add(repeat.part());
            }
        }
    }
}
