package orrery.constrain;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rules are small regular languages, so that the lexer can read them without the parser: those without
 * recursion, up to a size. Larger ones stay rules, because the lexer could need too many states for them.
 */
final class RegularRules {
    private static final int DEEPEST = 100;

    private final Grammar grammar;
    private final Derivatives derivatives;
    private final WorkLimit work;
    private final int largest;
    private final int tooLarge;
    private final Map<Rule, Integer> sizes = new IdentityHashMap<>();
    private final Map<String, Integer> sizesByName = new HashMap<>();
    private final Map<String, Integer> expressionsByName = new HashMap<>();

    /** @param largest the largest size of a rule that the lexer reads; below zero: none is */
    RegularRules(Grammar grammar, Derivatives derivatives, WorkLimit work, int largest) {
        this.largest = largest;
        tooLarge = largest + 1;
        this.grammar = grammar;
        this.derivatives = derivatives;
        this.work = work;
    }

    /** Whether the lexer reads a rule. */
    boolean contains(Rule rule) {
        return size(rule) <= largest;
    }

    /** The size of a rule; too large if it is not regular. */
    int size(Rule rule) {
        return size(rule, 0);
    }

    private int size(Rule rule, int depth) {
        if (depth > DEEPEST) {
            return tooLarge;
        }
        Integer known = sizes.get(rule);
        if (known != null) {
            return known;
        }
        work.step();
        int size = switch (rule) {
            case Rule.Lexeme(var regex) -> size(regex, depth);
            case Rule.Sequence(var parts) -> sum(parts, depth);
            case Rule.Choice(var parts) -> sum(parts, depth);
            case Rule.Repeat repeat -> atMost(1 + size(repeat.part(), depth + 1));
            case Rule.Reference to -> named(to, depth);
        };
        // The answer for what is too deep depends on where the question began.
        if (depth == 0 || size <= largest) {
            sizes.put(rule, size);
        }
        return size;
    }

    private int named(Rule.Reference to, int depth) {
        Integer known = sizesByName.get(to.name());
        if (known != null) {
            return known;
        }
        sizesByName.put(to.name(), tooLarge);
        int size = size(grammar.rule(to), depth + 1);
        sizesByName.put(to.name(), size);
        return size;
    }

    private int sum(List<Rule> parts, int depth) {
        int sum = 1;
        for (Rule part : parts) {
            sum += size(part, depth + 1);
            if (sum > largest) {
                return tooLarge;
            }
        }
        return sum;
    }

    private int size(Regex regex, int depth) {
        if (depth > DEEPEST) {
            return tooLarge;
        }
        work.step();
        return switch (regex) {
            case Regex.Bytes _ -> 0;
            case Regex.Sequence(var parts) -> sumOfRegexes(parts, depth);
            case Regex.Union(var parts) -> sumOfRegexes(parts, depth);
            case Regex.Intersection(var parts) -> sumOfRegexes(parts, depth);
            case Regex.Complement(var part) -> atMost(1 + size(part, depth + 1));
            case Regex.Repeat repeat -> atMost(1 + size(repeat.part(), depth + 1));
        };
    }

    private int sumOfRegexes(List<Regex> parts, int depth) {
        int sum = 1;
        for (Regex part : parts) {
            sum += size(part, depth + 1);
            if (sum > largest) {
                return tooLarge;
            }
        }
        return sum;
    }

    private int atMost(int size) {
        return Math.min(size, tooLarge);
    }

    /** The expression of a rule that the lexer reads. */
    int expression(Rule rule) {
        return switch (rule) {
            case Rule.Lexeme(var regex) -> derivatives.of(regex);
            case Rule.Sequence(var parts) -> sequence(parts);
            case Rule.Choice(var parts) -> {
                int[] nodes = parts.stream().mapToInt(this::expression).toArray();
                yield derivatives.forms().union(nodes, nodes.length);
            }
            case Rule.Repeat repeat ->
                derivatives.forms().repeat(expression(repeat.part()), repeat.least(), repeat.most());
            case Rule.Reference to -> {
                Integer known = expressionsByName.get(to.name());
                if (known == null) {
                    known = expression(grammar.rule(to));
                    expressionsByName.put(to.name(), known);
                }
                yield known;
            }
        };
    }

    /** The expression of rules in a row. */
    int sequence(List<Rule> parts) {
        int result = derivatives.forms().empty;
        for (Rule part : parts.reversed()) {
            result = derivatives.forms().sequence(expression(part), result);
        }
        return result;
    }
}
