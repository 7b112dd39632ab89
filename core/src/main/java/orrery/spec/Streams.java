package orrery.spec;

import java.util.List;

/** The number of parallel residual streams. */
public sealed interface Streams {

    /** One: every family except Gemma 3n. */
    final class Single implements Streams {
        // Only the interface creates it: otherwise two threads, one initializing each class, could deadlock.
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
     * first stream is the embedding itself, whichever is active; every layer adds its own embedding to all streams but
     * the first.
     *
     * @param count the number of streams
     * @param active the one that goes through the layer
     * @param routerNorm the norm before the router that computes the coefficients
     */
    record Parallel(int count, int active, NormSpec routerNorm) implements Streams {
        public Parallel {
            SpecException.require(count > 1, "altup_num_inputs is " + count + ", expected 2 or more");
            SpecException.require(
                    active >= 0 && active < count, "altup_active_idx is " + active + ", expected 0 to " + (count - 1));
        }
    }

    Streams SINGLE = new Single();

    /** The number of streams. */
    int count();

    /** The matrices that expand the embedding to all streams and combine them at the end. */
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
