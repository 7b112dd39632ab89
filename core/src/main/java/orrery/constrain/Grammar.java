package orrery.constrain;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A context-free grammar whose terminals are regular languages of bytes. An answer follows it when all its bytes
 * (UTF-8) can be derived from the start rule; any derivation counts, however ambiguous the grammar is.
 *
 * @param rules the rules by their names
 * @param start the name of the rule that derives a whole answer
 */
public record Grammar(Map<String, Rule> rules, String start) {
    public Grammar {
        rules = Map.copyOf(rules);
        if (!rules.containsKey(start)) {
            throw new IllegalArgumentException("the grammar has no rule '" + start + "', its start");
        }
        for (var rule : rules.entrySet()) {
            check(rules, rule.getKey(), rule.getValue());
        }
    }

    /** A grammar of one rule. */
    public static Grammar of(Rule whole) {
        return new Grammar(Map.of("start", whole), "start");
    }

    /**
     * One of some texts.
     *
     * @throws GrammarException if there are none
     */
    public static Grammar choices(List<String> texts) {
        if (texts.isEmpty()) {
            throw new GrammarException("a list of choices is empty");
        }
        return matching(new Regex.Union(texts.stream().map(Regex::text).toList()));
    }

    /** What an expression matches from beginning to end. */
    public static Grammar matching(Regex regex) {
        return of(new Rule.Lexeme(regex));
    }

    private static void check(Map<String, Rule> rules, String name, Rule rule) {
        switch (rule) {
            case Rule.Lexeme _ -> {}
            case Rule.Sequence(var parts) -> parts.forEach(part -> check(rules, name, part));
            case Rule.Choice(var parts) -> parts.forEach(part -> check(rules, name, part));
            case Rule.Repeat repeat -> check(rules, name, repeat.part());
            case Rule.Reference(var to) -> {
                if (!rules.containsKey(to)) {
                    throw new IllegalArgumentException(
                            "rule '" + name + "' refers to '" + to + "', which the grammar lacks");
                }
            }
        }
    }

    /** The rule that a reference names. */
    Rule rule(Rule.Reference to) {
        return Objects.requireNonNull(rules.get(to.name()), to.name());
    }
}
