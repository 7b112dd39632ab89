package orrery.kernel;

import java.util.Optional;

/**
 * Plain loops over arrays, for models so small that the time until the first token is what people notice. The Vector API's code makes an
 * object of every vector until C2 has compiled it, which costs seconds of a cold JVM; these loops run well in the interpreter and in C1, and
 * C2 makes vectors of them within milliseconds.
 *
 * <p>Never the {@linkplain Backend#best best}, because it copies every weight to Java's heap and computes on one thread; the engine chooses it by
 * the model.
 */
public final class LoopBackend implements Backend {
    @Override
    public String name() {
        return "loops";
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public Kernels open(Options options) {
        return new CheckedKernels(new LoopKernels());
    }
}
