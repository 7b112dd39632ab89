package orrery.token;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Merges that a file lists, the preferred first.
 *
 * @param left ids by rank; like the others, not to be changed
 * @param right ids by rank
 * @param whole the results, by rank
 * @param ranks by pair; for a pair that is listed twice, the later one
 */
record ListedMerges(int[] left, int[] right, int[] whole, PairTable ranks) implements Merges {

    ListedMerges(int[] left, int[] right, int[] whole) {
        this(left, right, whole, new PairTable(left.length));
        for (int rank = 0; rank < left.length; rank++) {
            ranks.put(left[rank], right[rank], rank);
        }
    }

    @Override
    public long joined(int leftId, int rightId, byte[] text, int from, int middle, int to) {
        int rank = ranks.get(leftId, rightId);
        return rank == PairTable.NONE ? NONE : (long) rank << ID_BITS | whole[rank];
    }

    @Override
    public int idle() {
        return ID_BITS;
    }

    @Override
    public BitSet made() {
        var made = new BitSet();
        for (int id : whole) {
            made.set(id);
        }
        return made;
    }

    @Override
    public Merges without(BitSet ids) {
        if (IntStream.of(whole).noneMatch(ids::get)) {
            return this;
        }
        int[] kept = IntStream.range(0, whole.length)
                .filter(rank -> !ids.get(whole[rank]))
                .toArray();
        return new ListedMerges(picked(left, kept), picked(right, kept), picked(whole, kept));
    }

    private static int[] picked(int[] values, int[] ranks) {
        return IntStream.of(ranks).map(rank -> values[rank]).toArray();
    }
}
