package orrery.kernel;

import java.util.Optional;

/** Plain loops on one thread: slow, works everywhere, and is the reference for every other backend. */
public final class ScalarBackend implements Backend {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public Kernels unchecked(Options options) {
        return new ScalarKernels();
    }
}
