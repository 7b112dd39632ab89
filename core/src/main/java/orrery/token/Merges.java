package orrery.token;

import java.util.BitSet;

/** Which two neighbours byte-pair encoding may join, and which first. Immutable, so many threads may ask at once. */
sealed interface Merges permits ListedMerges, ScoredMerges {
    long NONE = Long.MAX_VALUE;

    /** The low bits of an answer, which hold the id of the joined token. */
    int ID_BITS = 21;

    /** One more than the largest id that an answer has room for. */
    int MOST_IDS = 1 << ID_BITS;

    /**
     * What joining two tokens gives: the lower, the sooner; of equal ones the leftmost.
     *
     * @param text UTF-8, in which the left token stands from {@code from} to before {@code middle}, the right one from
     *     there to before {@code to}
     * @return the order above {@link #ID_BITS}, the id of the joined token below; {@link #NONE} if there is none
     */
    long joined(int left, int right, byte[] text, int from, int middle, int to);

    /** How many of the low bits of an answer have no part in the order. */
    int idle();

    /** The tokens that joining can lead to. */
    BitSet made();

    /** The same without those that lead to some tokens. */
    Merges without(BitSet ids);

    static int id(long joined) {
        return (int) joined & MOST_IDS - 1;
    }
}
