package orrery.spec;

import java.util.OptionalInt;

/**
 * What a layer keeps of the past. Counted in elements: in what type keys and values are kept is how a model is run, not
 * what it is.
 */
public sealed interface CacheSpec {

    /**
     * Something for every token in reach.
     *
     * @param heads KV heads of a token; 1 for multi-head latent attention
     * @param key elements of a head's key
     * @param value elements of a head's value; 0 where the value is the beginning of the key (multi-head latent
     *     attention)
     * @param reach how far back a query looks, which is how long a token is kept
     */
    record PerToken(int heads, int key, int value, Reach reach) implements CacheSpec {}

    /**
     * A state for every sequence, of one size whatever its length (recurrent layers, such as the gated DeltaNet of
     * Qwen3-Next). Every token writes over it, so it cannot be cut back to an earlier position. Always kept in F32,
     * since every token adds its rounding to it.
     *
     * @param elements numbers of a layer's state; one that consists of several tensors has one behind the other
     */
    record PerSequence(long elements) implements CacheSpec {
        public PerSequence {
            SpecException.require(elements > 0, "a state has " + elements + " elements, expected at least 1");
        }
    }

    /** Reads what an earlier layer keeps (Gemma 3n). */
    record Borrowed(int layer) implements CacheSpec {}

    /** Keeps nothing. */
    final class None implements CacheSpec {
        // Made by the interface alone: two threads that began with one of the two each would wait for the other's class
        // for ever.
        private None() {}

        @Override
        public String toString() {
            return "None";
        }
    }

    CacheSpec NONE = new None();

    /** Elements that one more token adds while no window is full. */
    default long elementsPerToken() {
        return switch (this) {
            case PerToken(var heads, var key, var value, var _) -> heads * ((long) key + value);
            case PerSequence _, Borrowed _, None _ -> 0;
        };
    }

    /**
     * Elements of {@link PerToken} that are held for a sequence of so many tokens: windows and chunks stop growing when
     * full.
     */
    default long elementsOfTokens(long tokens) {
        return switch (this) {
            case PerToken kept -> kept.elementsPerToken() * kept.reach().keptOf(tokens);
            case PerSequence _, Borrowed _, None _ -> 0;
        };
    }

    /** The layer whose cache is read, where it is another's. */
    default OptionalInt lender() {
        return switch (this) {
            case Borrowed(var layer) -> OptionalInt.of(layer);
            case PerToken _, PerSequence _, None _ -> OptionalInt.empty();
        };
    }

    /** Elements of a sequence's state, whatever its length. */
    default long stateElements() {
        return switch (this) {
            case PerSequence(var elements) -> elements;
            case PerToken _, Borrowed _, None _ -> 0;
        };
    }
}
