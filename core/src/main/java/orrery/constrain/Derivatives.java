package orrery.constrain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.constrain.ExpressionTable.Kind;

/**
 * Expressions and their derivatives by classes of bytes (Brzozowski, doi:10.1145/321239.321249): what may follow a
 * byte. Each is computed once.
 */
final class Derivatives {
    private static final int DEEPEST = 1500;

    private final ByteClasses classes;
    private final WorkLimit work;
    private final ExpressionTable table;
    private final ExpressionForms forms;
    private final Set<Integer> knownEmpty = new HashSet<>();
    private final Set<Integer> knownFull = new HashSet<>();
    private int[][] rows = new int[64][];

    Derivatives(ByteClasses classes, WorkLimit work) {
        this.classes = classes;
        this.work = work;
        table = new ExpressionTable(work);
        forms = new ExpressionForms(table, classes.count(), work);
    }

    ExpressionTable table() {
        return table;
    }

    ExpressionForms forms() {
        return forms;
    }

    int of(Regex regex) {
        return of(regex, 0);
    }

    private int of(Regex regex, int depth) {
        checkDepth(depth);
        work.step();
        return switch (regex) {
            case Regex.Bytes(var set) -> forms.bytes(classes.of(set));
            case Regex.Sequence(var parts) -> {
                int result = forms.empty;
                for (int i = parts.size() - 1; i >= 0; i--) {
                    result = forms.sequence(of(parts.get(i), depth + 1), result);
                }
                yield result;
            }
            case Regex.Union(var parts) -> forms.union(all(parts, depth), parts.size());
            case Regex.Intersection(var parts) -> forms.intersection(all(parts, depth), parts.size());
            case Regex.Complement(var part) -> forms.complement(of(part, depth + 1));
            case Regex.Repeat repeat -> forms.repeat(of(repeat.part(), depth + 1), repeat.least(), repeat.most());
        };
    }

    private int[] all(List<Regex> parts, int depth) {
        int[] nodes = new int[parts.size()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = of(parts.get(i), depth + 1);
        }
        return nodes;
    }

    private static void checkDepth(int depth) {
        if (depth > DEEPEST) {
            throw new GrammarException(
                    "the grammar is too large: an expression is nested more than " + DEEPEST + " deep");
        }
    }

    boolean isNullable(int node) {
        return table.isNullable(node);
    }

    /** What may follow a byte of that class. */
    int after(int node, int byteClass) {
        return after(node, byteClass, 0);
    }

    private int after(int node, int byteClass, int depth) {
        int[] row = row(node);
        int known = row[byteClass];
        if (known >= 0) {
            return known;
        }
        checkDepth(depth);
        work.step();
        int result = switch (table.kind(node)) {
            case BYTES -> table.set(node).contains(byteClass) ? forms.empty : forms.nothing;
            case SEQUENCE -> {
                int head = table.first(node);
                int tail = table.second(node);
                int through = forms.sequence(after(head, byteClass, depth + 1), tail);
                yield table.isNullable(head) ? forms.union(through, after(tail, byteClass, depth + 1)) : through;
            }
            case UNION -> {
                int[] nodes = new int[table.parts(node).length];
                int count = 0;
                for (int part : table.parts(node)) {
                    int next = after(part, byteClass, depth + 1);
                    if (next != forms.nothing) {
                        nodes[count++] = next;
                    }
                }
                yield forms.union(nodes, count);
            }
            case INTERSECTION -> {
                int[] nodes = new int[table.parts(node).length];
                int count = 0;
                for (int part : table.parts(node)) {
                    nodes[count++] = after(part, byteClass, depth + 1);
                }
                yield forms.intersection(nodes, count);
            }
            case COMPLEMENT -> forms.complement(after(table.first(node), byteClass, depth + 1));
            case REPEAT -> {
                int most = table.third(node);
                int rest = most == 0
                        ? forms.nothing
                        : forms.repeat(
                                table.first(node),
                                Math.max(table.second(node) - 1, 0),
                                most == Regex.UNBOUNDED ? most : most - 1);
                yield forms.sequence(after(table.first(node), byteClass, depth + 1), rest);
            }
        };
        row[byteClass] = result;
        return result;
    }

    private int[] row(int node) {
        if (node >= rows.length) {
            rows = Arrays.copyOf(rows, Math.max(node + 1, 2 * rows.length));
        }
        if (rows[node] == null) {
            rows[node] = new int[classes.count()];
            Arrays.fill(rows[node], -1);
            work.keep(16 + 4L * classes.count());
        }
        return rows[node];
    }

    /** Whether any string matches. */
    boolean isAlive(int node) {
        if (node == forms.nothing || knownEmpty.contains(node)) {
            return false;
        }
        return !table.needsSearch(node) || table.isNullable(node) || knownFull.contains(node) || search(node);
    }

    /** Whether any string but the empty one matches. */
    boolean hasMore(int node) {
        if (node == forms.nothing || node == forms.empty) {
            return false;
        }
        if (!table.needsSearch(node)) {
            return true;
        }
        for (int c = 0; c < classes.count(); c++) {
            if (isAlive(after(node, c))) {
                return true;
            }
        }
        return false;
    }

    /** Looks for the shortest string that matches. */
    private boolean search(int start) {
        Map<Integer, Integer> cameFrom = new HashMap<>();
        work.keep(48);
        var queue = new ArrayDeque<Integer>();
        cameFrom.put(start, start);
        queue.add(start);
        while (!queue.isEmpty()) {
            int node = queue.remove();
            if (table.isNullable(node) || !table.needsSearch(node) || knownFull.contains(node)) {
                for (int on = node; knownFull.add(on) || on != start; on = cameFrom.get(on)) {
                    work.step();
                }
                return true;
            }
            for (int c = 0; c < classes.count(); c++) {
                int next = after(node, c);
                work.step();
                if (next != forms.nothing && !knownEmpty.contains(next) && cameFrom.putIfAbsent(next, node) == null) {
                    work.keep(48);
                    queue.add(next);
                }
            }
        }
        knownEmpty.addAll(cameFrom.keySet());
        return false;
    }

    /**
     * Copies expressions of other derivatives over the same classes.
     *
     * @return their numbers here, in the same order
     */
    int[] copy(Derivatives from, int[] nodes) {
        var needed = new HashSet<Integer>();
        var open = new ArrayDeque<Integer>();
        for (int node : nodes) {
            open.add(node);
        }
        while (!open.isEmpty()) {
            int node = open.remove();
            if (needed.add(node)) {
                Kind kind = from.table.kind(node);
                if (kind != Kind.BYTES && from.table.parts(node).length == 0) {
                    open.add(from.table.first(node));
                }
                if (kind == Kind.SEQUENCE) {
                    open.add(from.table.second(node));
                }
                for (int part : from.table.parts(node)) {
                    open.add(part);
                }
            }
        }
        int[] map = new int[from.table.size()];
        var ascending = new ArrayList<>(needed);
        ascending.sort(null);
        for (int node : ascending) {
            map[node] = table.copy(from.table, node, map);
        }
        int[] result = new int[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            result[i] = map[nodes[i]];
        }
        return result;
    }
}
