package orrery.constrain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import orrery.constrain.ExpressionTable.Kind;

/**
 * Makes expressions in a normal form, so that few different derivatives exist: sequences lean to the right, unions are
 * flat, sorted and free of doubles, and repetitions of the same part are one repetition with added or joined bounds.
 */
final class ExpressionForms {
    private final ExpressionTable table;
    private final WorkLimit work;
    private final ByteSet allClasses;

    /** Matches nothing. */
    final int nothing;

    /** Matches the empty string. */
    final int empty;

    /** Matches any string. */
    final int anything;

    ExpressionForms(ExpressionTable table, int classes, WorkLimit work) {
        this.table = table;
        this.work = work;
        allClasses = ByteSet.range(0, classes - 1);
        nothing = table.bytes(ByteSet.NONE);
        int any = table.bytes(allClasses);
        anything = table.repeat(any, 0, Regex.UNBOUNDED);
        // A repetition of no times is never made otherwise.
        empty = table.repeat(nothing, 0, 0);
    }

    int bytes(ByteSet classes) {
        return table.bytes(classes);
    }

    int sequence(int head, int tail) {
        if (head == nothing || tail == nothing) {
            return nothing;
        }
        if (head == empty) {
            return tail;
        }
        if (table.kind(head) != Kind.SEQUENCE) {
            return join(head, tail);
        }
        int length = 0;
        for (int node = head; table.kind(node) == Kind.SEQUENCE; node = table.second(node)) {
            length++;
        }
        int[] heads = new int[length];
        int node = head;
        for (int i = 0; i < length; i++, node = table.second(node)) {
            heads[i] = table.first(node);
        }
        work.steps(length);
        int result = join(node, tail);
        while (length > 0) {
            result = join(heads[--length], result);
        }
        return result;
    }

    /** A head that is not a sequence before a tail. */
    private int join(int head, int tail) {
        if (tail == empty) {
            return head;
        }
        boolean more = table.kind(tail) == Kind.SEQUENCE;
        int next = more ? table.first(tail) : tail;
        int part = repeated(head);
        if (part == repeated(next) && (isRepeat(head) || isRepeat(next))) {
            int joined = repeat(part, add(least(head), least(next)), add(most(head), most(next)));
            return more ? join(joined, table.second(tail)) : joined;
        }
        return table.sequence(head, tail);
    }

    private boolean isRepeat(int node) {
        return table.kind(node) == Kind.REPEAT;
    }

    private int repeated(int node) {
        return isRepeat(node) ? table.first(node) : node;
    }

    private int least(int node) {
        return isRepeat(node) ? table.second(node) : 1;
    }

    private int most(int node) {
        return isRepeat(node) ? table.third(node) : 1;
    }

    private static int add(int a, int b) {
        return (int) Math.min((long) a + b, Regex.UNBOUNDED);
    }

    private static int times(int a, int b) {
        return (int) Math.min((long) a * b, Regex.UNBOUNDED);
    }

    int repeat(int part, int least, int most) {
        if (most == 0 || part == empty) {
            return empty;
        }
        if (part == nothing) {
            return least == 0 ? empty : nothing;
        }
        int from = table.isNullable(part) ? 0 : least;
        if (part == anything || (most == 1 && (from == 1 || table.isNullable(part)))) {
            return part;
        }
        if (isRepeat(part)) {
            long inner = table.second(part);
            long outer = table.third(part);
            // The numbers of times of k and of k + 1 rounds touch or overlap for all k in question.
            boolean gapless = from == 0
                    ? inner <= 1
                    : outer == Regex.UNBOUNDED || from == most || (from + 1L) * inner <= from * outer + 1;
            if (gapless) {
                return repeat(
                        table.first(part),
                        times(from, (int) inner),
                        most == Regex.UNBOUNDED || outer == Regex.UNBOUNDED
                                ? Regex.UNBOUNDED
                                : times(most, (int) outer));
            }
        }
        return table.repeat(part, from, most);
    }

    int complement(int part) {
        if (table.kind(part) == Kind.COMPLEMENT) {
            return table.first(part);
        }
        if (part == nothing) {
            return anything;
        }
        return part == anything ? nothing : table.complement(part);
    }

    int union(int[] nodes, int count) {
        var members = new Nodes(count);
        ByteSet bytes = ByteSet.NONE;
        for (int i = 0; i < count; i++) {
            int node = nodes[i];
            if (node == anything) {
                return anything;
            }
            if (table.kind(node) == Kind.UNION) {
                for (int part : table.parts(node)) {
                    if (table.kind(part) == Kind.BYTES) {
                        bytes = bytes.union(table.set(part));
                    } else {
                        members.add(part);
                    }
                }
            } else if (table.kind(node) == Kind.BYTES) {
                bytes = bytes.union(table.set(node));
            } else {
                members.add(node);
            }
        }
        if (!bytes.isEmpty()) {
            members.add(table.bytes(bytes));
        }
        work.steps(members.count);
        members.sort();
        joinRepetitions(members);
        return switch (members.count) {
            case 0 -> nothing;
            case 1 -> members.values[0];
            default -> table.union(Arrays.copyOf(members.values, members.count));
        };
    }

    int union(int a, int b) {
        return a == b ? a : union(new int[] {a, b}, 2);
    }

    /** {@code x{0,3}y|x{2,5}y} is {@code x{0,5}y}: the numbers of times touch or overlap. */
    private void joinRepetitions(Nodes members) {
        boolean any = false;
        for (int i = 0; i < members.count && !any; i++) {
            any = isRepeat(head(members.values[i])) && members.values[i] != empty;
        }
        if (!any || members.count < 2) {
            return;
        }
        Map<Long, Integer> byPartAndTail = new HashMap<>();
        boolean changed = false;
        int kept = 0;
        for (int i = 0; i < members.count; i++) {
            int node = members.values[i];
            if (node == empty) {
                members.values[kept++] = node;
                continue;
            }
            int head = head(node);
            long key = ((long) repeated(head) << 32) | tail(node);
            Integer at = byPartAndTail.get(key);
            if (at != null) {
                int other = head(members.values[at]);
                if (least(head) <= (long) most(other) + 1 && least(other) <= (long) most(head) + 1) {
                    int joined = repeat(
                            repeated(head), Math.min(least(head), least(other)), Math.max(most(head), most(other)));
                    members.values[at] = sequence(joined, tail(node));
                    changed = true;
                    continue;
                }
            } else {
                byPartAndTail.put(key, kept);
            }
            members.values[kept++] = node;
        }
        members.count = kept;
        if (changed) {
            members.sort();
            joinRepetitions(members);
        } else {
            dropEmpty(members);
        }
    }

    /** The empty string beside another nullable member. */
    private void dropEmpty(Nodes members) {
        int at = Arrays.binarySearch(members.values, 0, members.count, empty);
        if (at < 0) {
            return;
        }
        for (int i = 0; i < members.count; i++) {
            if (i != at && table.isNullable(members.values[i])) {
                members.remove(at);
                return;
            }
        }
    }

    private int head(int node) {
        return table.kind(node) == Kind.SEQUENCE ? table.first(node) : node;
    }

    private int tail(int node) {
        return table.kind(node) == Kind.SEQUENCE ? table.second(node) : empty;
    }

    int intersection(int[] nodes, int count) {
        var members = new Nodes(count);
        ByteSet bytes = allClasses;
        boolean anyBytes = false;
        for (int i = 0; i < count; i++) {
            int node = nodes[i];
            if (node == nothing) {
                return nothing;
            }
            if (table.kind(node) == Kind.INTERSECTION) {
                for (int part : table.parts(node)) {
                    members.add(part);
                }
            } else if (table.kind(node) == Kind.BYTES) {
                bytes = bytes.intersection(table.set(node));
                anyBytes = true;
            } else if (node != anything) {
                members.add(node);
            }
        }
        if (anyBytes) {
            if (bytes.isEmpty()) {
                return nothing;
            }
            members.add(table.bytes(bytes));
        }
        work.steps(members.count);
        members.sort();
        for (int i = 0; i < members.count; i++) {
            int node = members.values[i];
            if (node == empty) {
                return allNullable(members) ? empty : nothing;
            }
            if (table.kind(node) == Kind.COMPLEMENT && members.contains(table.first(node))) {
                return nothing;
            }
        }
        return switch (members.count) {
            case 0 -> anything;
            case 1 -> members.values[0];
            default -> table.intersection(Arrays.copyOf(members.values, members.count));
        };
    }

    private boolean allNullable(Nodes members) {
        for (int i = 0; i < members.count; i++) {
            if (!table.isNullable(members.values[i])) {
                return false;
            }
        }
        return true;
    }

    /** A growing list of nodes that can be made a sorted set. */
    private static final class Nodes {
        private int[] values;
        private int count;

        private Nodes(int expected) {
            values = new int[Math.max(expected, 4)];
        }

        private void add(int node) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = node;
        }

        private void sort() {
            Arrays.sort(values, 0, count);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (i == 0 || values[i] != values[i - 1]) {
                    values[kept++] = values[i];
                }
            }
            count = kept;
        }

        private boolean contains(int node) {
            return Arrays.binarySearch(values, 0, count, node) >= 0;
        }

        private void remove(int at) {
            System.arraycopy(values, at + 1, values, at, count - at - 1);
            count--;
        }
    }
}
