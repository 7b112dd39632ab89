package orrery.constrain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes out of a grammar what no text can finish, so that no answer is led into it. */
final class Pruning {
    private static final int STATES = 2_000;

    private final Map<String, Rule> rules;
    private final Automaton automaton;
    private final IdentityHashMap<Rule, Boolean> lexemes = new IdentityHashMap<>();
    private final Set<String> finished = new HashSet<>();

    Pruning(Map<String, Rule> rules, Automaton automaton) {
        this.rules = rules;
        this.automaton = automaton;
    }

    /** The rules that some text follows, of those that the first one needs; none if there is no text at all. */
    Map<String, Rule> rules() {
        finish();
        var pruned = new LinkedHashMap<String, Rule>();
        if (!finished.contains(SchemaRules.START)) {
            return pruned;
        }
        var open = new ArrayList<>(List.of(SchemaRules.START));
        while (!open.isEmpty()) {
            String name = open.removeLast();
            if (!pruned.containsKey(name)) {
                pruned.put(name, pruned(rules.getOrDefault(name, SchemaRules.NOTHING), open));
            }
        }
        return pruned;
    }

    /** Finds the rules that some text follows, until no more are found. */
    private void finish() {
        Map<String, List<String>> users = new HashMap<>();
        rules.forEach((name, rule) -> references(rule, name, users));
        var open = new ArrayList<>(rules.keySet());
        while (!open.isEmpty()) {
            String name = open.removeLast();
            if (!finished.contains(name) && isFinished(rules.getOrDefault(name, SchemaRules.NOTHING))) {
                finished.add(name);
                open.addAll(users.getOrDefault(name, List.of()));
            }
        }
    }

    private static void references(Rule rule, String user, Map<String, List<String>> users) {
        switch (rule) {
            case Rule.Lexeme _ -> {}
            case Rule.Sequence(var parts) -> parts.forEach(part -> references(part, user, users));
            case Rule.Choice(var parts) -> parts.forEach(part -> references(part, user, users));
            case Rule.Repeat repeat -> references(repeat.part(), user, users);
            case Rule.Reference(var name) ->
                users.computeIfAbsent(name, _ -> new ArrayList<>()).add(user);
        }
    }

    private boolean isFinished(Rule rule) {
        return switch (rule) {
            case Rule.Lexeme(var regex) -> lexemes.computeIfAbsent(rule, _ -> isPossible(regex));
            case Rule.Sequence(var parts) -> parts.stream().allMatch(this::isFinished);
            case Rule.Choice(var parts) -> parts.stream().anyMatch(this::isFinished);
            case Rule.Repeat repeat -> repeat.least() == 0 || isFinished(repeat.part());
            case Rule.Reference(var name) -> finished.contains(name);
        };
    }

    private boolean isPossible(Regex regex) {
        return switch (regex) {
            case Regex.Bytes(var set) -> !set.isEmpty();
            case Regex.Sequence(var parts) -> parts.stream().allMatch(this::isPossible);
            case Regex.Union(var parts) -> parts.stream().anyMatch(this::isPossible);
            case Regex.Repeat repeat -> repeat.least() == 0 || isPossible(repeat.part());
            case Regex.Intersection _, Regex.Complement _ ->
                !automaton.isEmpty(regex, STATES).orElse(false);
        };
    }

    private Rule pruned(Rule rule, List<String> open) {
        return switch (rule) {
            case Rule.Lexeme lexeme -> lexeme;
            case Rule.Sequence(var parts) ->
                new Rule.Sequence(parts.stream().map(part -> pruned(part, open)).toList());
            case Rule.Choice(var parts) ->
                new Rule.Choice(parts.stream()
                        .filter(this::isFinished)
                        .map(part -> pruned(part, open))
                        .toList());
            case Rule.Repeat(var part, var least, var most) ->
                isFinished(part) ? new Rule.Repeat(pruned(part, open), least, most) : SchemaRules.EMPTY;
            case Rule.Reference reference -> {
                open.add(reference.name());
                yield reference;
            }
        };
    }
}
