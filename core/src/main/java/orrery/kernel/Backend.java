package orrery.kernel;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Matrix;

/**
 * An implementation of {@link Kernels}. Found through {@link ServiceLoader}, so that no code depends on an
 * implementation; {@link BackendChoice} chooses one for a model.
 */
public interface Backend {

    /** The name in options: {@code scalar}, {@code vector}. */
    String name();

    /** Of the backends that work on this machine and support the model, the one with the largest value is chosen. */
    int preference();

    /** Why it does not work on this machine and what would help; empty if it works. */
    Optional<String> missing();

    /** Whether it supports every model. */
    default boolean takesEveryModel() {
        return true;
    }

    /**
     * Why it does not support a model; empty if it does. May depend only on the model, never on how long the program
     * has run or on the request, or the same seed would not give the same text.
     *
     * @param products the matrices that the model multiplies with
     */
    default Optional<String> refusal(ArchitectureSpec spec, List<Matrix> products) {
        return Optional.empty();
    }

    /**
     * Starts to compile, on a separate thread, what a model will need and this process has not compiled yet; does
     * nothing if kernels are fast from the start.
     *
     * @param products the matrices that the model multiplies with
     * @return done when waiting longer would gain nothing
     */
    default Future<?> warmUp(ArchitectureSpec spec, List<Matrix> products, Options options) {
        return CompletableFuture.completedFuture(null);
    }

    /** Why activations cannot be rounded to BF16 ({@link Options#bf16Activations}); empty if they can. */
    default Optional<String> missingForBf16() {
        return Optional.of("it only multiplies floats");
    }

    /** Whether {@link Options#bf16Activations} changes products with that matrix. */
    default boolean roundsActivations(Matrix matrix) {
        return false;
    }

    /**
     * Opens kernels. The caller closes them.
     *
     * @throws BackendException if rounding activations to BF16 is requested but not supported here, with the reason
     */
    default Kernels open(Options options) {
        if (options.bf16Activations()) {
            missingForBf16().ifPresent(why -> {
                throw new BackendException("the backend \"" + name() + "\" cannot round activations to BF16: " + why);
            });
        }
        return new CheckedKernels(unchecked(options));
    }

    /**
     * The same without argument checks, for a backend that reuses these operations, replaces some and is itself
     * checked; see {@link ForwardingKernels}.
     */
    Kernels unchecked(Options options);

    /** Loops that measure the machine's peak, written like this backend's kernels; plain loops by default. */
    default ProbeLoops probe() {
        return new PlainProbe();
    }

    /**
     * How to open a backend.
     *
     * @param threads worker threads, including the caller
     * @param vectorBits a width to force, for tests; the machine's preferred one if empty
     * @param crew existing threads to use, as many as {@code threads}, closed by the code that created them; a backend
     *     creates its own if empty
     * @param bf16Activations whether activations may be rounded to BF16 for BF16 weights, which is faster
     */
    record Options(int threads, OptionalInt vectorBits, Optional<Crew> crew, boolean bf16Activations) {
        public Options {
            if (threads < 1) {
                throw new BackendException("threads is " + threads + ", expected 1 or more");
            }
            if (crew.isPresent() && crew.get().workers() != threads) {
                throw new BackendException(
                        "threads is " + threads + ", expected " + crew.get().workers() + ", as many as the crew has");
            }
        }

        public Options(int threads) {
            this(threads, OptionalInt.empty(), Optional.empty());
        }

        /** Without rounding activations. */
        public Options(int threads, OptionalInt vectorBits, Optional<Crew> crew) {
            this(threads, vectorBits, crew, false);
        }

        public Options withBf16Activations(boolean other) {
            return new Options(threads, vectorBits, crew, other);
        }

        /** One thread for each processor that the JVM may use. */
        public static Options ofMachine() {
            return new Options(Runtime.getRuntime().availableProcessors());
        }
    }

    /** Every backend of this program, the preferred one first, whether it works here or not. */
    static List<Backend> all() {
        return ServiceLoader.load(Backend.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(Backend::preference).reversed())
                .toList();
    }

    /** The backends that support every model. */
    static List<Backend> general() {
        return all().stream().filter(Backend::takesEveryModel).toList();
    }

    /** The preferred one of those that work here and support every model. */
    static Backend best() {
        return general().stream()
                .filter(backend -> backend.missing().isEmpty())
                .findFirst()
                .orElseThrow(() -> new BackendException("no backend can be used on this machine"));
    }

    /**
     * The backend with that name.
     *
     * @throws BackendException if there is none, or it does not work here
     */
    static Backend named(String name) {
        var all = all();
        var found = all.stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackendException("there is no backend \"" + name + "\", expected one of "
                        + all.stream().map(Backend::name).collect(Collectors.joining(", "))));
        found.missing().ifPresent(why -> {
            throw new BackendException("the backend \"" + name + "\" cannot be used here: " + why);
        });
        return found;
    }
}
