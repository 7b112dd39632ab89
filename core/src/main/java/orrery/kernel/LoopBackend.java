package orrery.kernel;

import java.util.List;
import java.util.Optional;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.Op;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * Plain loops over arrays, for models so small that the time to the first token dominates. The Vector API's code
 * allocates an object for every vector until C2 has compiled it, which costs seconds in a cold JVM; these loops run
 * well in the interpreter and in C1, and C2 vectorizes them within milliseconds. They copy every weight to the Java
 * heap and use one thread.
 */
public final class LoopBackend implements Backend {
    /**
     * The most bytes of copied weights for which loops are used: up to here, where weights fit into the last-level
     * cache, one thread of them decodes no slower than the Vector API does once everything is compiled.
     */
    private static final long MOST_BYTES = 24L << 20;

    @Override
    public String name() {
        return "loops";
    }

    /** Before all others: it refuses what they would do better. */
    @Override
    public int preference() {
        return 1000;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public boolean takesEveryModel() {
        return false;
    }

    @Override
    public Optional<String> refusal(ArchitectureSpec spec, List<Matrix> products) {
        // Other operations would use the slow reference.
        if (spec.draft().isPresent() || !spec.layers().stream().allMatch(LoopBackend::plain)) {
            return Optional.of("it runs small dense models, and " + spec.name() + " has more to it");
        }
        long bytes = products.stream().mapToLong(LoopBackend::bytesOfCopy).sum();
        return bytes <= MOST_BYTES
                ? Optional.empty()
                : Optional.of("it runs small dense models, and its copies of " + spec.name() + "'s weights would take "
                        + bytes + " bytes, more than " + MOST_BYTES);
    }

    private static boolean plain(LayerSpec layer) {
        return switch (layer) {
            case LayerSpec.Residual(var mixer, var feedForward) -> plain(mixer.op()) && plain(feedForward.op());
            case LayerSpec.AltUp _ -> false;
        };
    }

    private static boolean plain(Op op) {
        return switch (op) {
            case GroupedQuery _ -> true;
            case FeedForward dense -> dense.sparsity() == 0;
            case Latent _, Experts _ -> false;
        };
    }

    /** Bytes of the copy of a matrix: halves for elements of two bytes, otherwise floats. */
    static long bytesOfCopy(Matrix matrix) {
        boolean halves = matrix.scales().isEmpty() && (matrix.dtype() == DType.F16 || matrix.dtype() == DType.BF16);
        return (long) matrix.rows() * matrix.columns() * (halves ? Short.BYTES : Float.BYTES);
    }

    @Override
    public Kernels unchecked(Options options) {
        return new LoopKernels();
    }
}
