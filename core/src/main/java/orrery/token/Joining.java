package orrery.token;

import java.util.Arrays;

/**
 * Merges neighbouring symbols, the preferred pair first; of equally preferred ones, the leftmost. With few symbols, all
 * pairs are scanned each time; with more, pairs wait in a heap, so that n symbols take n log n steps. For one thread.
 */
final class Joining {
    /** Up to this number, scanning all pairs is faster than a heap. */
    private static final int FEW = 32;

    private static final int END = -1;

    private final Merges merges;
    private final int idle;
    private int count;
    private int[] ids = new int[2 * FEW];
    private int[] starts = new int[2 * FEW];
    private int[] ends = new int[2 * FEW];
    /** For each symbol, the result of merging it with its right neighbour. */
    private long[] joined = new long[2 * FEW];

    Joining(Merges merges) {
        this.merges = merges;
        idle = merges.idle();
    }

    void clear() {
        count = 0;
    }

    /** Adds a symbol for the text from {@code start} to before {@code end}. */
    void add(int id, int start, int end) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
            joined = Arrays.copyOf(joined, 2 * count);
        }
        ids[count] = id;
        starts[count] = start;
        ends[count++] = end;
    }

    void addTo(Ids into) {
        into.add(ids, count);
    }

    /** Merges everything that can be merged. */
    void join(byte[] text) {
        boolean any = false;
        for (int i = 0; i < count; i++) {
            joined[i] = i + 1 < count ? joined(text, i, i + 1) : Merges.NONE;
            any |= joined[i] != Merges.NONE;
        }
        if (!any) {
            return;
        }
        if (count > FEW) {
            joinMany(text);
        } else {
            joinFew(text);
        }
    }

    private long joined(byte[] text, int left, int right) {
        return merges.joined(ids[left], ids[right], text, starts[left], starts[right], ends[right]);
    }

    private void joinFew(byte[] text) {
        while (true) {
            int best = 0;
            for (int i = 1; i < count - 1; i++) {
                if (joined[i] >>> idle < joined[best] >>> idle) {
                    best = i;
                }
            }
            if (count < 2 || joined[best] == Merges.NONE) {
                return;
            }
            ids[best] = Merges.id(joined[best]);
            ends[best] = ends[best + 1];
            int moved = count - best - 2;
            System.arraycopy(ids, best + 2, ids, best + 1, moved);
            System.arraycopy(starts, best + 2, starts, best + 1, moved);
            System.arraycopy(ends, best + 2, ends, best + 1, moved);
            System.arraycopy(joined, best + 2, joined, best + 1, moved);
            count--;
            joined[best] = best + 1 < count ? joined(text, best, best + 1) : Merges.NONE;
            if (best > 0) {
                joined[best - 1] = joined(text, best - 1, best);
            }
        }
    }

    private void joinMany(byte[] text) {
        var next = new int[count];
        var previous = new int[count];
        var heap = new PairHeap(count, idle);
        for (int i = 0; i < count; i++) {
            next[i] = i + 1 < count ? i + 1 : END;
            previous[i] = i - 1;
            if (joined[i] != Merges.NONE) {
                heap.push(joined[i], i);
            }
        }
        while (!heap.isEmpty()) {
            int at = heap.position();
            long best = heap.pop();
            if (joined[at] != best) {
                continue; // one of the two has been merged with another since
            }
            int right = next[at];
            ids[at] = Merges.id(best);
            ends[at] = ends[right];
            joined[right] = Merges.NONE;
            next[at] = next[right];
            if (next[at] != END) {
                previous[next[at]] = at;
            }
            joined[at] = next[at] == END ? Merges.NONE : joined(text, at, next[at]);
            if (joined[at] != Merges.NONE) {
                heap.push(joined[at], at);
            }
            int left = previous[at];
            if (left != END) {
                joined[left] = joined(text, left, at);
                if (joined[left] != Merges.NONE) {
                    heap.push(joined[left], left);
                }
            }
        }
        int kept = 0;
        for (int i = 0; i != END; i = next[i]) {
            ids[kept++] = ids[i];
        }
        count = kept;
    }
}
