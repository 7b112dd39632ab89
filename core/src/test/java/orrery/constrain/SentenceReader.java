package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Earley's recogniser (doi:10.1145/362007.362035) over bytes, written down from its definition, for any grammar. */
final class SentenceReader {
    private final Grammar grammar;
    private final Automaton automaton = new Automaton();
    private final IdentityHashMap<Rule, Integer> numbers = new IdentityHashMap<>();

    /** @param done how many parts of the rule were read; for a lexeme its state counts instead */
    private record Item(int rule, Rule of, int done, int from, Automaton.State state) {}

    private record Done(int rule, int from) {}

    private final class Column {
        private final int position;
        private final Set<Item> items = new HashSet<>();
        private final Map<Integer, List<Item>> waiting = new HashMap<>();
        private final Set<Done> done = new HashSet<>();
        private final List<Item> reading = new ArrayList<>();
        private final ArrayDeque<Item> open = new ArrayDeque<>();

        private Column(int position) {
            this.position = position;
        }

        private void add(Rule rule, int parts, int from, Automaton.State state) {
            var item = new Item(number(rule), rule, parts, from, state);
            if (items.add(item)) {
                open.add(item);
            }
        }

        private void run(List<Column> columns) {
            while (!open.isEmpty()) {
                var item = open.removeLast();
                switch (item.of) {
                    case Rule.Lexeme _ -> {
                        reading.add(item);
                        if (item.state.accepts()) {
                            complete(item, columns);
                        }
                    }
                    case Rule.Sequence(var parts) -> {
                        if (item.done == parts.size()) {
                            complete(item, columns);
                        } else {
                            await(item, parts.get(item.done));
                        }
                    }
                    case Rule.Choice(var parts) -> {
                        if (item.done == 1) {
                            complete(item, columns);
                        } else {
                            parts.forEach(part -> await(item, part));
                        }
                    }
                    case Rule.Repeat(var part, var least, var most) -> {
                        if (item.done >= least) {
                            complete(item, columns);
                        }
                        if (most == Regex.UNBOUNDED || item.done < most) {
                            await(item, part);
                        }
                    }
                    case Rule.Reference reference -> {
                        if (item.done == 1) {
                            complete(item, columns);
                        } else {
                            await(item, grammar.rule(reference));
                        }
                    }
                }
            }
        }

        private void await(Item item, Rule part) {
            int number = number(part);
            waiting.computeIfAbsent(number, _ -> new ArrayList<>()).add(item);
            predict(part);
            if (done.contains(new Done(number, position))) {
                advance(item);
            }
        }

        private void predict(Rule rule) {
            add(rule, 0, position, rule instanceof Rule.Lexeme(var regex) ? automaton.start(regex) : NO_STATE);
        }

        private void complete(Item item, List<Column> columns) {
            if (done.add(new Done(item.rule, item.from))) {
                for (var waiter : List.copyOf(columns.get(item.from).waiting.getOrDefault(item.rule, List.of()))) {
                    advance(waiter);
                }
            }
        }

        private void advance(Item item) {
            int parts = item.of instanceof Rule.Repeat(var _, var least, var most) && most == Regex.UNBOUNDED
                    ? Math.min(item.done + 1, Math.max(least, 1))
                    : item.done + 1;
            add(item.of, parts, item.from, item.state);
        }
    }

    private static final Automaton.State NO_STATE = new Automaton().start(Regex.NOTHING);

    SentenceReader(Grammar grammar) {
        this.grammar = grammar;
    }

    private int number(Rule rule) {
        return numbers.computeIfAbsent(rule, _ -> numbers.size());
    }

    /** How many bytes of the text can begin a sentence; one more if all of it is a sentence. */
    int read(byte[] text) {
        Rule start = grammar.rule(new Rule.Reference(grammar.start()));
        var columns = new ArrayList<Column>();
        var first = new Column(0);
        columns.add(first);
        first.predict(start);
        first.run(columns);
        for (int i = 0; i < text.length; i++) {
            var next = new Column(i + 1);
            int b = text[i] & 0xFF;
            for (var item : columns.get(i).reading) {
                for (var arc : automaton.arcs(item.state)) {
                    if (arc.bytes().contains(b)) {
                        next.add(item.of, 0, item.from, arc.to());
                    }
                }
            }
            if (next.open.isEmpty()) {
                return i;
            }
            columns.add(next);
            next.run(columns);
        }
        return columns.getLast().done.contains(new Done(number(start), 0)) ? text.length + 1 : text.length;
    }

    boolean accepts(String text) {
        byte[] utf8 = Texts.utf8(text);
        return read(utf8) > utf8.length;
    }
}
