package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.constrain.RuleGraph.Repetition;

/** The sets of Earley's parser, each made when it is first needed. */
final class ItemSets {
    private static final Comparator<Item> ORDER = Comparator.comparingInt(Item::position)
            .thenComparingInt(Item::count)
            .thenComparingInt(Item::goal)
            .thenComparingInt(item -> item.origin().serial);

    private final RuleGraph graph;
    private final Derivatives derivatives;
    private final WorkLimit work;
    private final Map<List<Item>, ItemSet> sets = new HashMap<>();
    private final ItemSet first;

    ItemSets(RuleGraph graph, Derivatives derivatives, WorkLimit work) {
        this.graph = graph;
        this.derivatives = derivatives;
        this.work = work;
        first = of(List.of(new Item(graph.starts()[0], 0, 0, ItemSet.HERE)));
    }

    /** The set before the first byte. */
    ItemSet first() {
        return first;
    }

    /** The set with these items and all that follow from them. */
    ItemSet of(Collection<Item> items) {
        List<Item> kernel = items.stream().distinct().sorted(ORDER).toList();
        ItemSet known = sets.get(kernel);
        if (known == null) {
            known = new Closure(kernel).set();
            sets.put(kernel, known);
        }
        return known;
    }

    /** The set of another parser of the same grammar. */
    ItemSet copy(ItemSet set) {
        var needed = new HashSet<ItemSet>();
        var open = new ArrayDeque<ItemSet>();
        open.add(set);
        while (!open.isEmpty()) {
            ItemSet next = open.remove();
            if (next != ItemSet.HERE && needed.add(next)) {
                next.kernel.forEach(item -> open.add(item.origin()));
            }
        }
        Map<ItemSet, ItemSet> copies = new HashMap<>();
        copies.put(ItemSet.HERE, ItemSet.HERE);
        needed.stream()
                .sorted(Comparator.comparingInt(old -> old.serial))
                .forEach(old -> copies.put(
                        old,
                        of(old.kernel.stream()
                                .map(item ->
                                        new Item(item.position(), item.count(), item.goal(), copies.get(item.origin())))
                                .toList())));
        return copies.get(set);
    }

    private final class Closure {
        private final List<Item> kernel;
        private final Set<Item> seen = new HashSet<>();
        private final ArrayDeque<Item> open = new ArrayDeque<>();
        private final Map<Integer, List<Item>> afterLexeme = new HashMap<>();
        private final Map<Integer, List<Item>> afterRule = new HashMap<>();
        private boolean accepting;

        private Closure(List<Item> kernel) {
            this.kernel = kernel;
            kernel.forEach(this::add);
            while (!open.isEmpty()) {
                follow(open.remove());
            }
        }

        private ItemSet set() {
            work.keep(200 + 48L * (kernel.size() + seen.size()));
            return new ItemSet(sets.size(), kernel, accepting, afterLexeme, afterRule);
        }

        private void add(Item item) {
            work.step();
            if (seen.add(item)) {
                open.add(item);
            }
        }

        private void follow(Item item) {
            int position = item.position();
            int loop = graph.loops()[position];
            if (loop >= 0) {
                follow(item, graph.repetitions()[loop]);
            } else if (graph.ends()[position]) {
                complete(item);
            }
            for (int edge = graph.edgesFrom()[position]; edge < graph.edgesFrom()[position + 1]; edge++) {
                int symbol = graph.symbols()[edge];
                var next = new Item(graph.targets()[edge], item.count(), item.goal(), item.origin());
                switch (graph.kinds()[edge]) {
                    case RuleGraph.LEXEME -> {
                        afterLexeme
                                .computeIfAbsent(symbol, _ -> new ArrayList<>(2))
                                .add(next);
                        if (derivatives.isNullable(graph.lexemes()[symbol])) {
                            add(next);
                        }
                    }
                    case RuleGraph.RULE -> {
                        predict(symbol, next);
                        if (graph.nullableRules()[symbol]) {
                            add(next);
                        }
                    }
                    default -> add(next);
                }
            }
        }

        private void follow(Item item, Repetition loop) {
            if (item.count() >= loop.least()) {
                complete(item);
            }
            if (item.count() < loop.most()) {
                var next = new Item(item.position(), loop.after(item.count()), item.goal(), item.origin());
                predict(loop.part(), next);
            }
        }

        /** A rule may begin here, and then the parser goes on with {@code next}. */
        private void predict(int rule, Item next) {
            int start = graph.starts()[rule];
            if (graph.isLast(next.position())) {
                add(new Item(start, 0, next.goal(), next.origin()));
            } else {
                afterRule.computeIfAbsent(rule, _ -> new ArrayList<>(2)).add(next);
                add(new Item(start, 0, rule, ItemSet.HERE));
            }
        }

        private void complete(Item item) {
            ItemSet origin = item.origin();
            if (origin == ItemSet.HERE) {
                // A rule that is empty here was passed when it was predicted.
                accepting |= item.goal() == 0 && sets.isEmpty();
                return;
            }
            accepting |= item.goal() == 0 && origin == first;
            for (Item next : origin.afterRule.getOrDefault(item.goal(), List.of())) {
                add(next.outside(origin));
            }
        }
    }
}
