package orrery.constrain;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.constrain.NumberSet.Share;

/**
 * How the numbers of a set are written. Multiples are told apart digit by digit, with a rule for each remainder of a
 * division and each state of the automaton of the other keywords.
 */
final class NumberRules {
    private static final int MOST = 5_000;

    private final SchemaRules rules;

    NumberRules(SchemaRules rules) {
        this.rules = rules;
    }

    /** The spellings of a set without steps. */
    static Regex spellings(NumberSet set) {
        if (set.plain().equals(Decimals.ALL) && set.negative() == Share.ALL && set.positive() == Share.ALL) {
            return Decimals.ANY_SPELLING;
        }
        if (set.plain().equals(Decimals.INTEGERS)) {
            return Decimals.ANY_INTEGER;
        }
        if (set.plain().equals(Decimals.WITHOUT_POINT)) {
            return Decimals.WITHOUT_POINT;
        }
        var parts = new ArrayList<Regex>();
        parts.add(Decimals.and(Decimals.TIDY, set.plain()));
        if (set.negative() == Share.ALL) {
            parts.add(Regex.sequence(Regex.text("-"), Decimals.WITH_EXPONENT));
        }
        if (set.positive() == Share.ALL) {
            parts.add(Decimals.WITH_EXPONENT);
        }
        return parts.size() == 1 ? parts.getFirst() : new Regex.Union(parts);
    }

    /**
     * The remainder of what is written so far in units of the step's last digit, and how many of those were written.
     */
    private record Remainder(int rest, int digits, boolean beyond) {}

    private record At(Automaton.State state, boolean fraction, List<Remainder> remainders) {}

    /** A step as a whole number of its last digit. */
    private record Divisor(int number, int scale, boolean multiple) {
        private Remainder next(Remainder at, int digit, boolean fraction) {
            if (at.beyond || (fraction && at.digits == scale)) {
                return at.beyond || digit == 0 ? at : new Remainder(0, scale, true);
            }
            int rest = (int) ((at.rest * 10L + digit) % number);
            return new Remainder(rest, fraction ? at.digits + 1 : 0, false);
        }

        private boolean accepts(Remainder at) {
            long rest = at.rest;
            for (int i = at.digits; i < scale; i++) {
                rest = rest * 10 % number;
            }
            return (!at.beyond && rest == 0) == multiple;
        }
    }

    Rule of(NumberSet set, Conjunction conjunction) {
        String pointer = SchemaRules.place(conjunction, "multipleOf");
        var divisors = set.steps().stream().map(step -> divisor(step, pointer)).toList();
        var automaton = rules.reader().automaton();
        var start = new At(
                automaton.start(Decimals.and(Decimals.TIDY, set.plain())),
                false,
                divisors.stream().map(_ -> new Remainder(0, 0, false)).toList());
        var names = new HashMap<At, String>();
        var open = new ArrayDeque<At>();
        names.put(start, rules.name("number", pointer));
        open.add(start);
        while (!open.isEmpty()) {
            var at = open.removeFirst();
            var ways = new LinkedHashMap<At, ByteSet>();
            for (var arc : automaton.arcs(at.state)) {
                for (int b = '-'; b <= '9'; b++) {
                    if (arc.bytes().contains(b)) {
                        ways.merge(next(at, b, arc.to(), divisors), ByteSet.of(b), ByteSet::union);
                    }
                }
            }
            var parts = new ArrayList<Rule>();
            if (at.state.accepts() && accepts(at, divisors)) {
                parts.add(SchemaRules.EMPTY);
            }
            for (Map.Entry<At, ByteSet> way : ways.entrySet()) {
                String to = names.get(way.getKey());
                if (to == null) {
                    to = rules.name("number", pointer);
                    if (names.size() >= MOST) {
                        throw new SchemaException(pointer, "more than " + MOST + " remainders have to be told apart");
                    }
                    names.put(way.getKey(), to);
                    open.add(way.getKey());
                }
                parts.add(Rule.sequence(new Rule.Lexeme(new Regex.Bytes(way.getValue())), new Rule.Reference(to)));
            }
            rules.add(String.valueOf(names.get(at)), new Rule.Choice(parts));
        }
        return new Rule.Reference(String.valueOf(names.get(start)));
    }

    private static Divisor divisor(NumberSet.Step step, String pointer) {
        int scale = Math.max(step.of().scale(), 0);
        var number = step.of().movePointRight(scale);
        if (number.compareTo(BigDecimal.valueOf(MOST)) > 0) {
            throw new SchemaException(pointer, "more than " + MOST + " remainders have to be told apart");
        }
        return new Divisor(number.intValueExact(), scale, step.multiple());
    }

    private static At next(At at, int b, Automaton.State state, List<Divisor> divisors) {
        if (b < '0') {
            return new At(state, at.fraction || b == '.', at.remainders);
        }
        var remainders = new ArrayList<Remainder>();
        for (int i = 0; i < divisors.size(); i++) {
            remainders.add(divisors.get(i).next(at.remainders.get(i), b - '0', at.fraction));
        }
        return new At(state, at.fraction, remainders);
    }

    private static boolean accepts(At at, List<Divisor> divisors) {
        for (int i = 0; i < divisors.size(); i++) {
            if (!divisors.get(i).accepts(at.remainders.get(i))) {
                return false;
            }
        }
        return true;
    }
}
