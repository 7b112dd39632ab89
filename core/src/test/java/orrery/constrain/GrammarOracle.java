package orrery.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Decides slowly, from the definitions alone, whether bytes are a sentence of a grammar or the beginning of one:
 * tables over all spans of the bytes, filled until nothing changes.
 */
final class GrammarOracle {
    /** How many more bytes are tried to complete a lexeme with an intersection or a complement. */
    private static final int LONGEST_REST = 5;

    private final Grammar grammar;
    private final byte[] alphabet;
    private final byte[] text;
    private final Map<Rule, BitSet[]> spans = new HashMap<>();
    private final Map<Rule, BitSet> prefixes = new HashMap<>();
    private final Set<Rule> filled = new HashSet<>();
    private boolean changed;

    private GrammarOracle(Grammar grammar, byte[] alphabet, byte[] text) {
        this.grammar = grammar;
        this.alphabet = alphabet;
        this.text = text;
        do {
            changed = false;
            grammar.rules().values().forEach(this::fill);
        } while (changed);
    }

    static boolean isSentence(Grammar grammar, byte[] text) {
        var oracle = new GrammarOracle(grammar, new byte[0], text);
        return oracle.span(oracle.start(), 0).get(text.length);
    }

    /**
     * Whether a sentence begins with the text; alphabet: the bytes that lexemes with an intersection or complement
     * have.
     */
    static boolean isPrefix(Grammar grammar, byte[] alphabet, byte[] text) {
        var oracle = new GrammarOracle(grammar, alphabet, text);
        return oracle.prefix(oracle.start()).get(0);
    }

    private Rule start() {
        return Objects.requireNonNull(grammar.rules().get(grammar.start()));
    }

    private BitSet span(Rule rule, int from) {
        return spans.computeIfAbsent(rule, _ -> {
            var rows = new BitSet[text.length + 1];
            Arrays.setAll(rows, _ -> new BitSet());
            return rows;
        })[from];
    }

    private BitSet prefix(Rule rule) {
        return prefixes.computeIfAbsent(rule, _ -> new BitSet());
    }

    private void fill(Rule rule) {
        switch (rule) {
            case Rule.Lexeme(var regex) -> {
                if (!filled.add(rule)) {
                    return;
                }
                if (regex instanceof Regex.Bytes || isBoolean(regex)) {
                    fillLexeme(rule, regex);
                    return;
                }
                Rule same = asRule(regex);
                fill(same);
                for (int from = 0; from <= text.length; from++) {
                    set(span(rule, from), span(same, from));
                }
                set(prefix(rule), prefix(same));
                return;
            }
            case Rule.Sequence(var parts) -> parts.forEach(this::fill);
            case Rule.Choice(var parts) -> parts.forEach(this::fill);
            case Rule.Repeat repeat -> fill(repeat.part());
            case Rule.Reference _ -> {}
        }
        for (int from = 0; from <= text.length; from++) {
            var ends = new BitSet();
            boolean begun = ends(rule, from, ends);
            set(span(rule, from), ends);
            if (begun && !prefix(rule).get(from)) {
                prefix(rule).set(from);
                changed = true;
            }
        }
    }

    /** Where the rule may end; returns whether it may reach beyond the text, or to its end. */
    private boolean ends(Rule rule, int from, BitSet ends) {
        return switch (rule) {
            case Rule.Lexeme _ -> throw new IllegalStateException();
            case Rule.Sequence(var parts) -> {
                boolean begun = false;
                BitSet at = BitSet.valueOf(new long[] {0});
                at.set(from);
                for (int i = 0; i < parts.size(); i++) {
                    int part = i;
                    boolean productive = parts.subList(i + 1, parts.size()).stream()
                            .allMatch(later -> prefix(later).get(text.length));
                    begun |= productive
                            && at.stream().anyMatch(k -> prefix(parts.get(part)).get(k));
                    at = step(parts.get(i), at);
                }
                ends.or(at);
                yield begun || at.get(text.length);
            }
            case Rule.Choice(var parts) -> {
                parts.forEach(part -> ends.or(span(part, from)));
                yield parts.stream().anyMatch(part -> prefix(part).get(from));
            }
            case Rule.Repeat repeat -> {
                boolean begun = false;
                var at = new BitSet();
                at.set(from);
                long rounds = Math.min(repeat.most(), (long) repeat.least() + text.length + 1);
                for (long k = 0; k <= rounds; k++) {
                    if (k >= repeat.least()) {
                        ends.or(at);
                        begun |= at.get(text.length);
                    }
                    if (k < rounds) {
                        begun |= at.stream().anyMatch(i -> prefix(repeat.part()).get(i));
                        at = step(repeat.part(), at);
                    }
                }
                yield begun;
            }
            case Rule.Reference(var name) -> {
                Rule to = Objects.requireNonNull(grammar.rules().get(name));
                ends.or(span(to, from));
                yield prefix(to).get(from);
            }
        };
    }

    private BitSet step(Rule part, BitSet at) {
        var next = new BitSet();
        at.stream().forEach(k -> next.or(span(part, k)));
        return next;
    }

    private void set(BitSet known, BitSet more) {
        int before = known.cardinality();
        known.or(more);
        changed |= known.cardinality() != before;
    }

    private void fillLexeme(Rule rule, Regex regex) {
        for (int from = 0; from <= text.length; from++) {
            for (int to = from; to <= text.length; to++) {
                if (matches(regex, Arrays.copyOfRange(text, from, to))) {
                    span(rule, from).set(to);
                    changed = true;
                }
            }
            byte[] rest = Arrays.copyOfRange(text, from, text.length);
            boolean begun = regex instanceof Regex.Bytes(var set)
                    ? (rest.length == 0 && !set.isEmpty()) || matches(regex, rest)
                    : completes(regex, rest, LONGEST_REST);
            if (begun) {
                prefix(rule).set(from);
                changed = true;
            }
        }
    }

    private boolean completes(Regex regex, byte[] text, int longest) {
        if (matches(regex, text)) {
            return true;
        }
        if (longest > 0) {
            byte[] more = Arrays.copyOf(text, text.length + 1);
            for (byte next : alphabet) {
                more[text.length] = next;
                if (completes(regex, more, longest - 1)) {
                    return true;
                }
            }
        }
        return false;
    }

    static boolean isBoolean(Regex regex) {
        return switch (regex) {
            case Regex.Bytes _ -> false;
            case Regex.Sequence(var parts) -> parts.stream().anyMatch(GrammarOracle::isBoolean);
            case Regex.Union(var parts) -> parts.stream().anyMatch(GrammarOracle::isBoolean);
            case Regex.Intersection _, Regex.Complement _ -> true;
            case Regex.Repeat repeat -> isBoolean(repeat.part());
        };
    }

    private static Rule asRule(Regex regex) {
        return switch (regex) {
            case Regex.Bytes _, Regex.Intersection _, Regex.Complement _ -> new Rule.Lexeme(regex);
            case Regex.Sequence(var parts) -> new Rule.Sequence(asRules(parts));
            case Regex.Union(var parts) -> new Rule.Choice(asRules(parts));
            case Regex.Repeat repeat -> new Rule.Repeat(asRule(repeat.part()), repeat.least(), repeat.most());
        };
    }

    private static List<Rule> asRules(List<Regex> parts) {
        return new ArrayList<>(parts.stream().map(GrammarOracle::asRule).toList());
    }

    /** Whether an expression matches the whole text. */
    static boolean matches(Regex regex, byte[] text) {
        return ends(regex, text, 0).get(text.length);
    }

    private static BitSet ends(Regex regex, byte[] text, int from) {
        var ends = new BitSet();
        switch (regex) {
            case Regex.Bytes(var set) -> {
                if (from < text.length && set.contains(text[from] & 0xFF)) {
                    ends.set(from + 1);
                }
            }
            case Regex.Sequence(var parts) -> {
                ends.set(from);
                for (Regex part : parts) {
                    BitSet at = (BitSet) ends.clone();
                    ends.clear();
                    at.stream().forEach(k -> ends.or(ends(part, text, k)));
                }
            }
            case Regex.Union(var parts) -> parts.forEach(part -> ends.or(ends(part, text, from)));
            case Regex.Intersection(var parts) -> {
                ends.set(from, text.length + 1);
                parts.forEach(part -> ends.and(ends(part, text, from)));
            }
            case Regex.Complement(var part) -> {
                ends.set(from, text.length + 1);
                ends.andNot(ends(part, text, from));
            }
            case Regex.Repeat repeat -> {
                var at = new BitSet();
                at.set(from);
                long rounds = Math.min(repeat.most(), (long) repeat.least() + text.length + 1);
                for (long k = 0; k <= rounds && !at.isEmpty(); k++) {
                    if (k >= repeat.least()) {
                        ends.or(at);
                    }
                    var next = new BitSet();
                    at.stream().forEach(i -> next.or(ends(repeat.part(), text, i)));
                    at = next;
                }
            }
        }
        return ends;
    }
}
