package orrery.constrain;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Writes random sentences of a grammar. */
final class SentenceWriter {
    private static final int LONGEST = 4_000;

    private final Grammar grammar;
    private final RandomGenerator random;
    private final Automaton automaton = new Automaton();
    private final Map<String, Integer> depths = new HashMap<>();
    private final Map<Automaton.State, Boolean> alive = new HashMap<>();

    SentenceWriter(Grammar grammar, RandomGenerator random) {
        this.grammar = grammar;
        this.random = random;
        boolean changed = true;
        for (int depth = 0; changed; depth++) {
            changed = false;
            for (var rule : grammar.rules().entrySet()) {
                if (!depths.containsKey(rule.getKey()) && depth(rule.getValue()) <= depth) {
                    depths.put(rule.getKey(), depth + 1);
                    changed = true;
                }
            }
            changed |= depth < 2;
        }
    }

    /** How many rules are nested at least in a text of the rule. */
    private int depth(Rule rule) {
        return switch (rule) {
            case Rule.Lexeme _ -> 0;
            case Rule.Sequence(var parts) ->
                parts.stream().mapToInt(this::depth).max().orElse(0);
            case Rule.Choice(var parts) ->
                parts.stream().mapToInt(this::depth).min().orElse(Integer.MAX_VALUE);
            case Rule.Repeat(var part, var least, var _) -> least == 0 ? 0 : depth(part);
            case Rule.Reference(var name) -> depths.getOrDefault(name, Integer.MAX_VALUE);
        };
    }

    /** A sentence, or nothing if it became too long or came to an end that leads nowhere. */
    Optional<String> sentence() {
        var out = new ByteArrayOutputStream();
        boolean written = write(new Rule.Reference(grammar.start()), out, 30);
        return written ? Optional.of(out.toString(StandardCharsets.UTF_8)) : Optional.empty();
    }

    private boolean write(Rule rule, ByteArrayOutputStream out, int room) {
        if (out.size() > LONGEST || room < -300) {
            return false;
        }
        return switch (rule) {
            case Rule.Lexeme(var regex) -> write(automaton.start(regex), out);
            case Rule.Sequence(var parts) -> parts.stream().allMatch(part -> write(part, out, room));
            case Rule.Choice(var parts) -> {
                int least = depth(rule);
                var possible = new ArrayList<Rule>();
                for (var part : parts) {
                    int depth = depth(part);
                    if (depth < Integer.MAX_VALUE && (room > 0 || depth <= least)) {
                        possible.add(part);
                    }
                }
                yield !possible.isEmpty() && write(possible.get(random.nextInt(possible.size())), out, room);
            }
            case Rule.Repeat(var part, var least, var most) -> {
                int count = least;
                while (depth(part) < Integer.MAX_VALUE
                        && count < most
                        && count < least + 4
                        && room > 0
                        && random.nextInt(2) == 0) {
                    count++;
                }
                boolean written = count < 2_000;
                for (int i = 0; i < count && written; i++) {
                    written = write(part, out, room);
                }
                yield written;
            }
            case Rule.Reference reference -> write(grammar.rule(reference), out, room - 1);
        };
    }

    private boolean write(Automaton.State start, ByteArrayOutputStream out) {
        var state = start;
        for (int i = 0; i < LONGEST; i++) {
            var arcs = new ArrayList<Automaton.Arc>();
            for (var arc : automaton.arcs(state)) {
                if (isAlive(arc.to())) {
                    arcs.add(arc);
                }
            }
            boolean mayGoOn = !arcs.isEmpty() && (i < 30 || !state.accepts());
            if (state.accepts() && (!mayGoOn || random.nextInt(4) == 0)) {
                return true;
            }
            if (arcs.isEmpty()) {
                return false;
            }
            var arc = arcs.get(random.nextInt(arcs.size()));
            var bytes = new ArrayList<Integer>();
            for (int b = 0; b < 256; b++) {
                if (arc.bytes().contains(b)) {
                    bytes.add(b);
                }
            }
            out.write(bytes.get(random.nextInt(bytes.size())));
            state = arc.to();
        }
        return false;
    }

    private boolean isAlive(Automaton.State state) {
        return alive.computeIfAbsent(state, this::reachesAnEnd);
    }

    private boolean reachesAnEnd(Automaton.State start) {
        Set<Automaton.State> seen = new HashSet<>(List.of(start));
        var open = new ArrayList<>(seen);
        while (!open.isEmpty() && seen.size() < 3_000) {
            var state = open.removeLast();
            if (state.accepts()) {
                return true;
            }
            for (var arc : automaton.arcs(state)) {
                if (seen.add(arc.to())) {
                    open.add(arc.to());
                }
            }
        }
        return !open.isEmpty();
    }
}
