package orrery.kernel.jit;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import orrery.kernel.Backend;
import orrery.kernel.BackendException;
import orrery.kernel.Kernels;
import orrery.kernel.ProbeLoops;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Matrix;

/**
 * Machine code generated for this processor at run time: products of block-quantized and float weights, attention, and
 * all operations on rows of activations. The rest is left to the best of the other backends.
 */
public final class JitBackend implements Backend {
    @Override
    public String name() {
        return "jit";
    }

    /** Before all others that support every model. */
    @Override
    public int preference() {
        return 200;
    }

    @Override
    public Optional<String> missing() {
        try {
            if (ArmTier.isForThisMachine()) {
                ArmTier.ofThisMachine();
            } else {
                Tier.ofThisMachine();
            }
            return Optional.empty();
        } catch (BackendException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    @Override
    public Kernels unchecked(Options options) {
        return ArmTier.isForThisMachine()
                ? new JitKernels(ArmTier.ofThisMachine(), new LateKernels(JitBackend::base, options))
                : new JitKernels(
                        Tier.ofThisMachine(),
                        Processor.ofThisMachine(),
                        new LateKernels(JitBackend::base, options),
                        options.bf16Activations());
    }

    @Override
    public Optional<String> missingForBf16() {
        if (ArmTier.isForThisMachine()) {
            return Optional.of("there are no kernels for float weights on Arm");
        }
        var missing = missing();
        if (missing.isPresent()) {
            return missing;
        }
        return Tier.ofThisMachine().missingForBf16(Processor.ofThisMachine());
    }

    @Override
    public boolean roundsActivations(Matrix matrix) {
        return FloatWeight.rounds(matrix);
    }

    /** The backend that all other operations are forwarded to. */
    private static Backend base() {
        return Backend.general().stream()
                .filter(backend -> !(backend instanceof JitBackend))
                .filter(backend -> backend.missing().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    /** Emitted code is fast from the start; what is left to the base is not. */
    @Override
    public Future<?> warmUp(ArchitectureSpec spec, List<Matrix> products, Options options) {
        var others =
                products.stream().filter(matrix -> !JitKernels.takes(matrix)).toList();
        return others.isEmpty() ? CompletableFuture.completedFuture(null) : base().warmUp(spec, others, options);
    }

    /** Emitted once, into a page that is never freed. */
    private static final class Loops {
        static final ProbeLoops ALL = new EmittedProbe(Tier.ofThisMachine());
    }

    @Override
    public ProbeLoops probe() {
        return ArmTier.isForThisMachine() ? base().probe() : Loops.ALL;
    }
}
