package orrery.constrain;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that matters of the bytes so far: the lexemes that are being read, each with the set of items before it. What may
 * follow is what may follow one of them. Equal configurations are one object.
 */
final class Configuration {
    /** The lexer's states, each over the set of the same index. */
    final LexerState[] states;

    final ItemSet[] sets;

    /** Whether the bytes so far are a whole answer. */
    final boolean mayEnd;

    /** Whether no answer begins with the bytes so far. */
    final boolean isDead;

    /** The configuration after a byte of each class, where it is known. */
    final @Nullable Configuration[] next;

    /** The mask of tokens, while it is kept. */
    volatile @Nullable Mask mask;

    private final int hash;

    Configuration(LexerState[] states, ItemSet[] sets, boolean mayEnd, int classes) {
        this.states = states;
        this.sets = sets;
        this.mayEnd = mayEnd;
        isDead = states.length == 0 && !mayEnd;
        next = new Configuration[classes];
        hash = 31 * (31 * Arrays.hashCode(states) + Arrays.hashCode(sets)) + Boolean.hashCode(mayEnd);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Configuration that
                && mayEnd == that.mayEnd
                && Arrays.equals(states, that.states)
                && Arrays.equals(sets, that.sets);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
