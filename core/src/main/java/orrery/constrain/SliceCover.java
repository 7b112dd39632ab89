package orrery.constrain;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import orrery.constrain.ExpressionTable.Kind;

/** Whether all texts of a slice may follow in an expression; remembered for each expression. */
final class SliceCover {
    /** How many pairs of derivatives are compared before an expression counts as one that does not cover a slice. */
    private static final int MOST_PAIRS = 200;

    private final Derivatives derivatives;
    private final ExpressionTable table;
    private final int classes;
    private final WorkLimit work;
    private final int character;
    private final Map<Integer, Integer> known = new HashMap<>();
    private final Map<Integer, Boolean> holds = new HashMap<>();

    SliceCover(Derivatives derivatives, int classes, WorkLimit work) {
        this.work = work;
        this.derivatives = derivatives;
        this.classes = classes;
        table = derivatives.table();
        character = derivatives.of(StringSlice.CHARACTER);
    }

    /** The largest slice of which every text may follow, as an index of {@link StringSlice#LENGTHS}, or -1. */
    int of(int node) {
        Integer slice = known.get(node);
        if (slice == null) {
            work.keep(64);
            slice = find(node);
            known.put(node, slice);
        }
        return slice;
    }

    private int find(int node) {
        int head = table.kind(node) == Kind.SEQUENCE ? table.first(node) : node;
        if (table.kind(head) == Kind.REPEAT && !table.needsSearch(node)) {
            return largest(head);
        }
        if (table.kind(node) == Kind.UNION) {
            int best = -1;
            for (int part : table.parts(node)) {
                best = derivatives.isAlive(part) ? Math.max(best, of(part)) : best;
            }
            return best;
        }
        return table.needsSearch(node) ? search(node) : -1;
    }

    /** Of a repetition of something that holds every character: as many characters as the repetition. */
    private int largest(int repeat) {
        int part = table.first(repeat);
        Boolean all = holds.get(part);
        if (all == null) {
            all = includes(part, character, true);
            holds.put(part, all);
        }
        int best = -1;
        for (int i = 0; all && i < StringSlice.LENGTHS.length; i++) {
            best = table.third(repeat) >= StringSlice.LENGTHS[i] ? i : best;
        }
        return best;
    }

    private int search(int node) {
        for (int i = StringSlice.LENGTHS.length - 1; i >= 0; i--) {
            if (includes(node, derivatives.forms().repeat(character, 1, StringSlice.LENGTHS[i]), false)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Whether all that {@code part} matches is matched by {@code node}, or at least begins something that is.
     *
     * @param whole whether it must be matched
     */
    private boolean includes(int node, int part, boolean whole) {
        record Pair(int node, int part) {}
        Set<Pair> seen = new HashSet<>();
        var open = new ArrayDeque<Pair>();
        open.add(new Pair(node, part));
        while (!open.isEmpty()) {
            Pair pair = open.removeLast();
            if (!seen.add(pair)) {
                continue;
            }
            if (seen.size() > MOST_PAIRS || whole && table.isNullable(pair.part) && !table.isNullable(pair.node)) {
                return false;
            }
            work.steps(classes);
            for (int c = 0; c < classes; c++) {
                int rest = derivatives.after(pair.part, c);
                if (rest != derivatives.forms().nothing) {
                    int next = derivatives.after(pair.node, c);
                    if (!derivatives.isAlive(next)) {
                        return false;
                    }
                    open.add(new Pair(next, rest));
                }
            }
        }
        return true;
    }
}
