package orrery.token;

import java.util.BitSet;

/**
 * Which two neighbours byte-pair encoding may merge, and in which order. Immutable; several threads may use it at the
 * same time.
 */
sealed interface Merges permits ListedMerges, ScoredMerges {
    long NONE = Long.MAX_VALUE;

    /** The low bits of a result, which contain the id of the merged token. */
    int ID_BITS = 21;

    /** One more than the largest id that fits into a result. */
    int MOST_IDS = 1 << ID_BITS;

    /**
     * The result of merging two tokens: lower results come first, and of equal ones the leftmost.
     *
     * @param text UTF-8; the left token is from {@code from} to before {@code middle}, the right one from there to
     *     before {@code to}
     * @return the rank above {@link #ID_BITS} bits, the id of the merged token below; {@link #NONE} if they do not
     *     merge
     */
    long joined(int left, int right, byte[] text, int from, int middle, int to);

    /** How many of the low bits of a result do not affect the order. */
    int idle();

    /** The tokens that merges can produce. */
    BitSet made();

    /** The same without merges that produce any of these tokens. */
    Merges without(BitSet ids);

    static int id(long joined) {
        return (int) joined & MOST_IDS - 1;
    }
}
