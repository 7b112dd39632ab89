package orrery.engine;

import java.util.Optional;
import orrery.kernel.Backend;
import orrery.kernel.LoopBackend;
import orrery.spec.ArchitectureSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;

/** Which backend computes, where nobody named one. */
public final class KernelChoice {
    /**
     * Bytes of copied weights up to which plain loops answer, whatever they are copied from. They need no warm-up, where the Vector API's kernels take seconds of a cold JVM; and up
     * to here, where weights stay in the last-level cache, one thread of them decodes no slower once everything is compiled.
     */
    private static final long SMALL = 24L << 20;

    private KernelChoice() {}

    /**
     * The backend of that name, else the one for this model. A matter of the model alone: never of how long the program has run or of
     * what is asked, or the same seed would not give the same text.
     *
     * @param copyBytes what the copies take that the loops would make of the weights, by {@link LoopBackend#bytesOfCopy}
     * @throws orrery.kernel.BackendException if there is none of that name, or it cannot be used here
     */
    public static Backend of(Optional<String> name, ArchitectureSpec spec, long copyBytes) {
        boolean plain = spec.draft().isEmpty() && spec.layers().stream().allMatch(KernelChoice::plain);
        if (name.isPresent()) {
            var named = Backend.named(name.get());
            // It keeps turned copies of all weights, which would not notice that an expert was copied elsewhere.
            if (named instanceof LoopBackend && !plain) {
                throw new EngineException("the backend \"loops\" runs small dense models, and " + spec.name()
                        + " has more to it; expected vector or scalar");
            }
            return named;
        }
        return plain && copyBytes <= SMALL ? new LoopBackend() : Backend.best();
    }

    /** In words, what a faster backend than this one lacks here; empty if nothing. */
    static String whyNotBetter(Backend chosen) {
        if (chosen.preference() < 0) {
            return "";
        }
        return Backend.general().stream()
                .filter(other -> other.preference() > chosen.preference())
                .flatMap(other -> other.missing().stream().map(why -> "; not " + other.name() + ": " + why))
                .collect(java.util.stream.Collectors.joining());
    }

    /** Whether a layer asks only for operations that the loops have: others they leave to the slow reference. */
    private static boolean plain(LayerSpec layer) {
        return layer instanceof LayerSpec.Residual(var mixer, var feedForward)
                && mixer.op() instanceof GroupedQuery
                && feedForward.op() instanceof FeedForward dense
                && dense.sparsity() == 0;
    }
}
