package orrery.constrain;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A state of the lexer: which lexemes the bytes since a position may be the beginning of, with what may follow in each.
 */
final class LexerState {
    final int serial;

    /** The lexemes that can go on, ascending. */
    final int[] lexemes;

    /** What may follow in each of them, as an expression; not only the empty string. */
    final int[] rests;

    /** The lexemes that may end here, ascending. */
    final int[] ended;

    /** The state after a byte of each class, where it is known. */
    final @Nullable LexerState[] next;

    private final int hash;

    LexerState(int serial, int[] lexemes, int[] rests, int[] ended, int classes) {
        this.serial = serial;
        this.lexemes = lexemes;
        this.rests = rests;
        this.ended = ended;
        next = new LexerState[classes];
        hash = 31 * (31 * Arrays.hashCode(lexemes) + Arrays.hashCode(rests)) + Arrays.hashCode(ended);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LexerState that
                && Arrays.equals(lexemes, that.lexemes)
                && Arrays.equals(rests, that.rests)
                && Arrays.equals(ended, that.ended);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
