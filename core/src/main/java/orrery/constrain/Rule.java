package orrery.constrain;

import java.util.List;

/** What a part of an answer may be: the right side of a rule of a {@link Grammar}. */
public sealed interface Rule {
    /** Text of a regular language. */
    record Lexeme(Regex regex) implements Rule {}

    /** All parts in order; none: the empty text. */
    record Sequence(List<Rule> parts) implements Rule {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** One of the parts; none: nothing can be written here. */
    record Choice(List<Rule> parts) implements Rule {
        public Choice {
            parts = List.copyOf(parts);
        }
    }

    /**
     * The part several times in a row. The bounds are counted, and cost no more memory when they are large.
     *
     * @param most how often at most, or {@link Regex#UNBOUNDED}
     */
    record Repeat(Rule part, int least, int most) implements Rule {
        public Repeat {
            Regex.checkBounds(least, most);
        }
    }

    /** What the rule of that name may be; rules may refer to themselves. */
    record Reference(String name) implements Rule {}

    static Rule text(String literal) {
        return new Lexeme(Regex.text(literal));
    }

    static Rule sequence(Rule... parts) {
        return new Sequence(List.of(parts));
    }

    static Rule choice(Rule... parts) {
        return new Choice(List.of(parts));
    }

    static Rule optional(Rule part) {
        return new Repeat(part, 0, 1);
    }
}
