package orrery.kernel.vector;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.ProbeLoops;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Matrix;

/**
 * Kernels on the JDK's Vector API (JEP 508). There is one vector width per JVM: the first kernels to be opened fix it,
 * see {@link Width}. Mentions no class of the Vector API, so that a JVM without it can still call {@link #missing} and
 * choose another backend.
 */
public final class VectorBackend implements Backend {
    private static final int NARROWEST = 128;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public int preference() {
        return 100;
    }

    @Override
    public Optional<String> missing() {
        try {
            Class.forName("jdk.incubator.vector.FloatVector", false, VectorBackend.class.getClassLoader());
        } catch (ClassNotFoundException _) {
            return Optional.of(
                    "the module jdk.incubator.vector is missing; start Java with --add-modules jdk.incubator.vector");
        }
        int bits = PreferredWidth.preferredBits();
        if (bits < NARROWEST) {
            return Optional.of("this machine prefers vectors of " + bits + " bits, expected " + NARROWEST
                    + " or more; use the scalar backend");
        }
        return Optional.empty();
    }

    /**
     * Opens kernels.
     *
     * @throws orrery.kernel.BackendException if the requested width is not 128, 256 or 512, is more than the machine
     *     prefers, or differs from this JVM's width
     */
    @Override
    public Kernels unchecked(Options options) {
        int bits = Width.settle(options.vectorBits(), PreferredWidth.preferredBits());
        return new VectorKernels(bits, options);
    }

    @Override
    public Future<?> warmUp(ArchitectureSpec spec, List<Matrix> products, Options options) {
        return WarmUp.start(this, spec, products, options);
    }

    @Override
    public ProbeLoops probe() {
        return new VectorProbe();
    }
}
