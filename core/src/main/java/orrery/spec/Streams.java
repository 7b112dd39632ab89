package orrery.spec;

import java.util.List;

/** How many residual streams run side by side. */
public sealed interface Streams {

    /** One: every family but Gemma 3n. */
    final class Single implements Streams {
        // Made by the interface alone: two threads that began with one of the two each would wait for the other's class
        // for ever.
        private Single() {}

        @Override
        public int count() {
            return 1;
        }

        @Override
        public String toString() {
            return "Single";
        }
    }

    /**
     * AltUp (arXiv:2301.13310): one active stream goes through the layer, the others are predicted and corrected. The
     * first stream is the embedding itself whichever is active, and every layer adds its own embedding to all but the
     * first.
     *
     * @param count how many there are
     * @param active which of them goes through the layer
     * @param routerNorm the norm before the router that makes the coefficients
     */
    record Parallel(int count, int active, NormSpec routerNorm) implements Streams {
        public Parallel {
            SpecException.require(count > 1, "altup_num_inputs is " + count + ", expected 2 or more");
            SpecException.require(
                    active >= 0 && active < count, "altup_active_idx is " + active + ", expected 0 to " + (count - 1));
        }
    }

    Streams SINGLE = new Single();

    /** How many there are. */
    int count();

    /** The matrices that spread the embedding over the streams and gather it again. */
    default List<WeightSpec> weights(int hiddenSize) {
        return switch (this) {
            case Single _ -> List.of();
            case Parallel parallel -> {
                int others = parallel.count() - 1;
                yield List.of(
                        WeightSpec.of("spread", hiddenSize, hiddenSize).times(others, others),
                        WeightSpec.of("gather", hiddenSize, hiddenSize).times(others, others));
            }
        };
    }
}
