package orrery.spec;

/** What a layer keeps of the past. Counted in elements, because the dtype is how it is run, not what it is. */
public sealed interface CacheSpec {

    /**
     * Something for every token in reach.
     *
     * @param key elements of a token's key, all heads together
     * @param value elements of a token's value; 0 where the value is the beginning of the key (multi-head latent attention)
     * @param reach how far back a query looks, which is how long a token is kept
     */
    record PerToken(int key, int value, Reach reach) implements CacheSpec {}

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
            case PerToken(var key, var value, var _) -> (long) key + value;
            case Borrowed _, None _ -> 0;
        };
    }
}
