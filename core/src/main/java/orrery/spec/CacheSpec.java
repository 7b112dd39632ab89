package orrery.spec;

import java.util.OptionalInt;

/**
 * What a layer caches, counted in elements: the type of the KV cache is a choice of how a model runs, not part of its
 * architecture.
 */
public sealed interface CacheSpec {

    /**
     * An entry for every token in reach.
     *
     * @param heads KV heads per token; 1 for multi-head latent attention
     * @param key elements of a head's key
     * @param value elements of a head's value; 0 if the value is the beginning of the key (multi-head latent attention)
     * @param reach how far back a query attends, and so how long an entry is kept
     */
    record PerToken(int heads, int key, int value, Reach reach) implements CacheSpec {}

    /**
     * One state per sequence, whose size does not depend on its length (recurrent layers, such as the gated DeltaNet of
     * Qwen3-Next). Every token overwrites it, so it cannot be rolled back to an earlier position. Always F32, since
     * every token adds its rounding error.
     *
     * @param elements elements of a layer's state; if it has several tensors, they are stored one after another
     */
    record PerSequence(long elements) implements CacheSpec {
        public PerSequence {
            SpecException.require(elements > 0, "a state has " + elements + " elements, expected at least 1");
        }
    }

    /** Reads the cache of an earlier layer (Gemma 3n). */
    record Borrowed(int layer) implements CacheSpec {}

    /** Caches nothing. */
    final class None implements CacheSpec {
        // Only the interface creates it: otherwise two threads, one initializing each class, could deadlock.
        private None() {}

        @Override
        public String toString() {
            return "None";
        }
    }

    CacheSpec NONE = new None();

    /** Elements per additional token, while no sliding window is full. */
    default long elementsPerToken() {
        return switch (this) {
            case PerToken(var heads, var key, var value, var _) -> heads * ((long) key + value);
            case PerSequence _, Borrowed _, None _ -> 0;
        };
    }

    /** Elements of {@link PerToken} for a sequence of {@code tokens}: windows and chunks stop growing when full. */
    default long elementsOfTokens(long tokens) {
        return switch (this) {
            case PerToken kept -> kept.elementsPerToken() * kept.reach().keptOf(tokens);
            case PerSequence _, Borrowed _, None _ -> 0;
        };
    }

    /** The layer whose cache is read, if it is another one's. */
    default OptionalInt lender() {
        return switch (this) {
            case Borrowed(var layer) -> OptionalInt.of(layer);
            case PerToken _, PerSequence _, None _ -> OptionalInt.empty();
        };
    }

    /** Elements of a sequence's state, independent of its length. */
    default long stateElements() {
        return switch (this) {
            case PerSequence(var elements) -> elements;
            case PerToken _, Borrowed _, None _ -> 0;
        };
    }
}
