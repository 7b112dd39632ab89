package orrery.token;

import java.util.BitSet;

/**
 * Splits a piece of a text into the tokens of a vocabulary. Immutable but for caches, so many threads may use it at
 * once.
 */
sealed interface Model permits Bpe, Unigram {
    /** A way to encode pieces, one after another; for one thread. */
    PieceEncoder encoder();

    /** The same, in which no text makes one of those tokens, other than the one for what is unknown. */
    Model without(BitSet ids);

    /** Encodes pieces with memory of its own. */
    interface PieceEncoder {
        /** Adds the tokens of the chars from {@code from} to before {@code to}, which hold no unpaired surrogate. */
        void encode(String text, int from, int to, Ids ids);
    }
}
