package orrery.constrain;

import java.util.Arrays;

/**
 * Regular expressions as numbered nodes, each stored once: equal expressions have equal numbers, and the parts of a
 * node have smaller numbers than the node.
 */
final class ExpressionTable {
    /** What a node is; BYTES holds classes of bytes, not byte values. */
    enum Kind {
        BYTES,
        SEQUENCE,
        UNION,
        INTERSECTION,
        COMPLEMENT,
        REPEAT
    }

    private static final int BYTES_PER_NODE = 48;
    private static final int[] NO_PARTS = {};

    private final WorkLimit work;
    private int size;
    private Kind[] kinds = new Kind[64];
    private int[] first = new int[64];
    private int[] second = new int[64];
    private int[] third = new int[64];
    private int[][] parts = new int[64][];
    private ByteSet[] sets = new ByteSet[64];
    private boolean[] nullable = new boolean[64];
    private boolean[] searched = new boolean[64];
    private int[] slots = new int[256];

    ExpressionTable(WorkLimit work) {
        this.work = work;
        Arrays.fill(slots, -1);
    }

    int size() {
        return size;
    }

    Kind kind(int node) {
        return kinds[node];
    }

    /** Of a SEQUENCE the head, of a COMPLEMENT or REPEAT the part. */
    int first(int node) {
        return first[node];
    }

    /** Of a SEQUENCE the tail, of a REPEAT the lower bound. */
    int second(int node) {
        return second[node];
    }

    /** Of a REPEAT the upper bound. */
    int third(int node) {
        return third[node];
    }

    /** Of a UNION or INTERSECTION the parts in ascending order, not to be changed. */
    int[] parts(int node) {
        return parts[node];
    }

    /** Of BYTES the classes. */
    ByteSet set(int node) {
        return sets[node];
    }

    /** Whether the empty string matches. */
    boolean isNullable(int node) {
        return nullable[node];
    }

    /** Whether only a search can tell if anything matches: an intersection or a complement is in it. */
    boolean needsSearch(int node) {
        return searched[node];
    }

    int bytes(ByteSet classes) {
        return add(Kind.BYTES, 0, 0, 0, NO_PARTS, classes, false, false);
    }

    int sequence(int head, int tail) {
        return add(
                Kind.SEQUENCE,
                head,
                tail,
                0,
                NO_PARTS,
                ByteSet.NONE,
                nullable[head] && nullable[tail],
                searched[head] || searched[tail]);
    }

    int union(int[] sorted) {
        boolean empty = false;
        boolean search = false;
        for (int part : sorted) {
            empty |= nullable[part];
            search |= searched[part];
        }
        return add(Kind.UNION, 0, 0, 0, sorted, ByteSet.NONE, empty, search);
    }

    int intersection(int[] sorted) {
        boolean empty = true;
        for (int part : sorted) {
            empty &= nullable[part];
        }
        return add(Kind.INTERSECTION, 0, 0, 0, sorted, ByteSet.NONE, empty, true);
    }

    int complement(int part) {
        return add(Kind.COMPLEMENT, part, 0, 0, NO_PARTS, ByteSet.NONE, !nullable[part], true);
    }

    int repeat(int part, int least, int most) {
        return add(
                Kind.REPEAT, part, least, most, NO_PARTS, ByteSet.NONE, least == 0 || nullable[part], searched[part]);
    }

    /** The node of another table, whose parts are known here by {@code map}. */
    int copy(ExpressionTable from, int node, int[] map) {
        return switch (from.kinds[node]) {
            case BYTES -> bytes(from.sets[node]);
            case SEQUENCE -> sequence(map[from.first[node]], map[from.second[node]]);
            case UNION -> union(mapped(from.parts[node], map));
            case INTERSECTION -> intersection(mapped(from.parts[node], map));
            case COMPLEMENT -> complement(map[from.first[node]]);
            case REPEAT -> repeat(map[from.first[node]], from.second[node], from.third[node]);
        };
    }

    private static int[] mapped(int[] nodes, int[] map) {
        int[] result = new int[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            result[i] = map[nodes[i]];
        }
        Arrays.sort(result);
        return result;
    }

    private int add(Kind kind, int a, int b, int c, int[] list, ByteSet set, boolean empty, boolean search) {
        int hash = hash(kind, a, b, c, list, set);
        int slot = hash & (slots.length - 1);
        while (slots[slot] >= 0) {
            int node = slots[slot];
            if (kinds[node] == kind
                    && first[node] == a
                    && second[node] == b
                    && third[node] == c
                    && Arrays.equals(parts[node], list)
                    && sets[node].equals(set)) {
                return node;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        work.step();
        work.keep(BYTES_PER_NODE + 4L * list.length);
        if (size == kinds.length) {
            grow();
        }
        kinds[size] = kind;
        first[size] = a;
        second[size] = b;
        third[size] = c;
        parts[size] = list;
        sets[size] = set;
        nullable[size] = empty;
        searched[size] = search;
        slots[slot] = size;
        if (2 * ++size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private static int hash(Kind kind, int a, int b, int c, int[] list, ByteSet set) {
        int hash = kind.ordinal();
        hash = 31 * hash + a;
        hash = 31 * hash + b;
        hash = 31 * hash + c;
        hash = 31 * hash + Arrays.hashCode(list);
        hash = 31 * hash + set.hashCode();
        hash *= 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }

    private void grow() {
        int more = 2 * size;
        kinds = Arrays.copyOf(kinds, more);
        first = Arrays.copyOf(first, more);
        second = Arrays.copyOf(second, more);
        third = Arrays.copyOf(third, more);
        parts = Arrays.copyOf(parts, more);
        sets = Arrays.copyOf(sets, more);
        nullable = Arrays.copyOf(nullable, more);
        searched = Arrays.copyOf(searched, more);
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        for (int node = 0; node < size; node++) {
            int slot = hash(kinds[node], first[node], second[node], third[node], parts[node], sets[node])
                    & (slots.length - 1);
            while (slots[slot] >= 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = node;
        }
    }
}
