package orrery.engine;

import java.util.List;
import orrery.kernel.Kernels;
import orrery.model.Weights;
import orrery.tensor.Matrix;

/**
 * What becomes of quantised weights while a model is loaded.
 *
 * @param weights what the decoder is to be bound to
 * @param notes in words, what was decided, where that costs speed
 */
public record Repacking(Weights weights, List<String> notes) {
    /** A repacked copy takes at most this much more than what it is a copy of: rows are filled up, six bits become eight. */
    private static final double GROWTH = 1.1;

    /** What is left of memory for everything else. */
    private static final double SHARE = 0.9;

    /**
     * Decides, and has the kernels repack whatever a product is bound to.
     *
     * @param otherBytes of memory that the model takes besides its weights
     * @throws EngineException if copies are asked for, and copies of single experts too
     */
    public static Repacking of(
            Weights weights, Kernels kernels, EngineOptions options, long otherBytes, LoadListener listener) {
        long blocked = weights.bytes(Repacking::blockBytes);
        if (blocked == 0) {
            return new Repacking(weights, List.of());
        }
        if (options.repack() == Repack.ON && options.expertsInMemory() > 0) {
            throw new EngineException("repack is on and experts_in_memory is " + options.expertsInMemory()
                    + ": repacked weights are all in memory, expected one of the two");
        }
        long memory = Machine.memory();
        double wanted = GROWTH * blocked + weights.bytes() + otherBytes;
        boolean fits = wanted <= SHARE * memory;
        boolean repack = switch (options.repack()) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> fits && options.expertsInMemory() == 0;
        };
        if (repack) {
            long[] done = {0};
            return new Repacking(
                    weights.repackedBy(matrix -> {
                        var better = kernels.repack(matrix);
                        done[0] += blockBytes(matrix);
                        listener.repacked(Math.min(done[0], blocked), blocked);
                        return better;
                    }),
                    List.of());
        }
        if (options.repack() == Repack.OFF || options.expertsInMemory() > 0) {
            return new Repacking(weights, List.of("quantised weights are not repacked, as was asked for"));
        }
        return new Repacking(
                weights,
                List.of(String.format(
                        java.util.Locale.ROOT,
                        "quantised weights are read as the file has them, which is slower: a repacked copy beside the file would take"
                                + " %.1f GB of the %.1f GB of memory; repack may be forced on",
                        wanted / 1e9,
                        memory / 1e9)));
    }

    private static long blockBytes(Matrix matrix) {
        return matrix.dtype().blocked() ? matrix.bytes() : 0;
    }
}
