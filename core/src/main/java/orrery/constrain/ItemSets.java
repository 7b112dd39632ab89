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
    private final Map<List<Item>, ItemSet> byKernel = new HashMap<>();
    private final Map<ItemSet.Content, ItemSet> byContent = new HashMap<>();
    private final Map<Map<Integer, List<Item>>, Returns> returns = new HashMap<>();
    private final ItemSet first;

    ItemSets(RuleGraph graph, Derivatives derivatives, WorkLimit work) {
        this.graph = graph;
        this.derivatives = derivatives;
        this.work = work;
        first = of(List.of(new Item(graph.starts()[0], 0, 0, Returns.HERE)));
    }

    /** The set before the first byte. */
    ItemSet first() {
        return first;
    }

    /** The set with these items and all that follow from them. */
    ItemSet of(Collection<Item> items) {
        List<Item> kernel = sorted(items);
        ItemSet known = byKernel.get(kernel);
        if (known == null) {
            work.keep(64 + 32L * kernel.size());
            known = set(new Closure(kernel).content());
            byKernel.put(kernel, known);
        }
        return known;
    }

    private static List<Item> sorted(Collection<Item> items) {
        return items.size() < 2
                ? List.copyOf(items)
                : items.stream().distinct().sorted(ORDER).toList();
    }

    private static Map<Integer, List<Item>> sorted(Map<Integer, List<Item>> items) {
        items.replaceAll((_, list) -> sorted(list));
        return items;
    }

    private ItemSet set(ItemSet.Content content) {
        ItemSet known = byContent.get(content);
        if (known == null) {
            work.keep(160 + size(content.afterLexeme()));
            known = new ItemSet(byContent.size(), content);
            byContent.put(content, known);
        }
        return known;
    }

    private Returns returns(Map<Integer, List<Item>> afterRule) {
        Returns known = returns.get(afterRule);
        if (known == null) {
            work.keep(100 + size(afterRule));
            known = new Returns(returns.size(), afterRule);
            returns.put(afterRule, known);
        }
        return known;
    }

    private static long size(Map<Integer, List<Item>> items) {
        return items.values().stream()
                .mapToLong(list -> 100 + 40L * list.size())
                .sum();
    }

    /** The set of another parser of the same grammar. */
    ItemSet copy(ItemSet set) {
        var needed = new HashSet<Returns>();
        var open = new ArrayDeque<Returns>();
        open.add(set.content.returns());
        addOrigins(set.content.afterLexeme(), open);
        while (!open.isEmpty()) {
            Returns next = open.remove();
            if (next != Returns.HERE && needed.add(next)) {
                addOrigins(next.afterRule, open);
            }
        }
        Map<Returns, Returns> copies = new HashMap<>();
        copies.put(Returns.HERE, Returns.HERE);
        needed.stream()
                .sorted(Comparator.comparingInt(old -> old.serial))
                .forEach(old -> copies.put(old, returns(copy(old.afterRule, copies))));
        return set(new ItemSet.Content(
                set.content.accepting(), copy(set.content.afterLexeme(), copies), copies.get(set.content.returns())));
    }

    private static void addOrigins(Map<Integer, List<Item>> items, Collection<Returns> to) {
        items.values().forEach(list -> list.forEach(item -> to.add(item.origin())));
    }

    private Map<Integer, List<Item>> copy(Map<Integer, List<Item>> items, Map<Returns, Returns> copies) {
        Map<Integer, List<Item>> result = new HashMap<>();
        items.forEach((key, list) -> {
            work.steps(list.size());
            result.put(
                    key,
                    sorted(list.stream()
                            .map(item ->
                                    new Item(item.position(), item.count(), item.goal(), copies.get(item.origin())))
                            .toList()));
        });
        return result;
    }

    private final class Closure {
        private final Set<Item> seen = new HashSet<>();
        private final ArrayDeque<Item> open = new ArrayDeque<>();
        private final Map<Integer, List<Item>> afterLexeme = new HashMap<>();
        private final Map<Integer, List<Item>> afterRule = new HashMap<>();
        private boolean accepting;

        private Closure(List<Item> kernel) {
            kernel.forEach(this::add);
            while (!open.isEmpty()) {
                follow(open.remove());
            }
        }

        private ItemSet.Content content() {
            return new ItemSet.Content(accepting, sorted(afterLexeme), returns(sorted(afterRule)));
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
                add(new Item(start, 0, rule, Returns.HERE));
            }
        }

        private void complete(Item item) {
            Returns origin = item.origin();
            if (origin == Returns.HERE) {
                // A rule that is empty here was passed when it was predicted.
                accepting |= item.goal() == 0 && byContent.isEmpty();
                return;
            }
            accepting |= item.goal() == 0 && origin == first.content.returns();
            for (Item next : origin.after(item.goal())) {
                add(next.outside(origin));
            }
        }
    }
}
