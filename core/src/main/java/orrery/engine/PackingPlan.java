package orrery.engine;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.model.Weights;
import orrery.tensor.Matrix;

/**
 * Decides whether block-quantized weights are packed while a model is loaded, or multiplied as they are stored in the
 * file.
 */
final class PackingPlan {
    /** The share of memory that may be used in all. */
    private static final double SHARE = 0.9;

    private final Kernels kernels;
    private final boolean packs;
    private final long bytes;
    private final List<String> notes;

    private PackingPlan(Kernels kernels, boolean packs, long bytes, List<String> notes) {
        this.kernels = kernels;
        this.packs = packs;
        this.bytes = bytes;
        this.notes = notes;
    }

    /**
     * Decides.
     *
     * @param otherBytes memory that the model uses besides its weights
     * @throws EngineException if both packing and copies of single experts are requested
     */
    static PackingPlan of(Weights weights, Kernels kernels, EngineOptions options, long otherBytes) {
        long packed =
                weights.products().stream().mapToLong(kernels::packedBytes).sum();
        if (packed == 0) {
            return new PackingPlan(kernels, false, 0, List.of());
        }
        if (options.packing() == Packing.ON && options.expertsInMemory() > 0) {
            throw new EngineException("repack is on and experts_in_memory is " + options.expertsInMemory()
                    + ": repacked weights are all in memory already, expected one of the two");
        }
        if (packs(options, packed, weights.bytes() + otherBytes)) {
            return new PackingPlan(kernels, true, packed, List.of());
        }
        String note = asked(options)
                ? "quantised weights are not repacked, as requested"
                : String.format(
                        Locale.ROOT,
                        "quantised weights are read as they are in the file, which is slower: a repacked copy beside"
                                + " the file would take %.1f GB of the %.1f GB of memory; --repack on forces it",
                        ((double) packed + weights.bytes() + otherBytes) / 1e9,
                        Host.memory() / 1e9);
        return new PackingPlan(kernels, false, 0, List.of(note));
    }

    /**
     * Whether weights are packed.
     *
     * @param packed bytes of their copy
     * @param otherBytes memory that the model uses besides its weights
     */
    static boolean packs(EngineOptions options, long packed, long otherBytes) {
        return switch (options.packing()) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> !asked(options) && (double) packed + otherBytes <= SHARE * Host.memory();
        };
    }

    /** Whether the options turn packing off. */
    private static boolean asked(EngineOptions options) {
        return options.packing() == Packing.OFF || options.expertsInMemory() > 0;
    }

    /** Notes on decisions that cost speed. */
    List<String> notes() {
        return notes;
    }

    /** How a decoder's weights are prepared; reports its progress to the listener. */
    Function<Matrix, Weight> preparing(LoadListener listener) {
        if (!packs) {
            return kernels::prepareInPlace;
        }
        long[] done = {0};
        return matrix -> {
            var weight = kernels.prepare(matrix);
            done[0] += kernels.packedBytes(matrix);
            listener.packed(Math.min(done[0], bytes), bytes);
            return weight;
        };
    }
}
