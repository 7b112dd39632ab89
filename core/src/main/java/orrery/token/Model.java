package orrery.token;

import java.util.BitSet;

/**
 * Splits a piece of text into tokens of a vocabulary. Immutable except for caches; several threads may use it at the
 * same time.
 */
sealed interface Model permits Bpe, Unigram {
    /** An encoder for one thread. */
    PieceEncoder encoder();

    /** The same, except that no text produces one of these tokens, other than the unknown token. */
    Model without(BitSet ids);

    /** Encodes pieces, one after another, with its own buffers. */
    interface PieceEncoder {
        /** Adds the tokens of the chars from {@code from} to before {@code to}, which have no unpaired surrogate. */
        void encode(String text, int from, int to, Ids ids);
    }
}
