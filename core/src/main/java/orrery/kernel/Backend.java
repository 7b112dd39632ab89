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
 * A place to compute. Found through {@link ServiceLoader}, so that nothing names an implementation;
 * {@link BackendChoice} chooses one for a model.
 */
public interface Backend {

    /** What a user calls it: {@code scalar}, {@code vector}. */
    String name();

    /** The larger, the sooner it is chosen of those that can be used here and take the model. */
    int preference();

    /** Why it cannot be used here and what would help; empty if it can. */
    Optional<String> missing();

    /** Whether it takes every model. */
    default boolean takesEveryModel() {
        return true;
    }

    /**
     * Why it does not take a model; empty if it does. A matter of the model alone: never of how long the program has
     * run or of what is asked, or the same seed would not give the same text.
     *
     * @param products the matrices that the model multiplies with
     */
    default Optional<String> refusal(ArchitectureSpec spec, List<Matrix> products) {
        return Optional.empty();
    }

    /**
     * Begins to compile, on a thread of its own, what a model will need and this process has not compiled yet; nothing,
     * where kernels are fast from the start.
     *
     * @param products the matrices that the model multiplies with
     * @return done when nothing more is gained by waiting
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
     * Opens it. The caller closes what it opens.
     *
     * @throws BackendException if activations are to be rounded to BF16 and cannot be here, with the reason
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
     * The same without checks of arguments, for a backend that takes its operations, replaces some and is checked
     * itself; see {@link ForwardingKernels}.
     */
    Kernels unchecked(Options options);

    /**
     * The loops that show what the machine can do, as this backend would write them; plain ones where it has no better.
     */
    default ProbeLoops probe() {
        return new PlainProbe();
    }

    /**
     * How a backend is to be opened.
     *
     * @param threads how many threads compute, the caller's among them
     * @param vectorBits a width to force, for tests; the machine's preferred one if empty
     * @param crew who computes, where threads are there already: as many as {@code threads}, closed by the code that
     *     made them; a backend makes its own if empty
     * @param bf16Activations whether activations may be rounded to BF16 where weights are BF16, which is faster
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

        /** With activations as they are. */
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

    /** Every backend of this program, the preferred one first, usable here or not. */
    static List<Backend> all() {
        return ServiceLoader.load(Backend.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(Backend::preference).reversed())
                .toList();
    }

    /** Those that take every model. */
    static List<Backend> general() {
        return all().stream().filter(Backend::takesEveryModel).toList();
    }

    /** The preferred one of those that can be used here and take every model. */
    static Backend best() {
        return general().stream()
                .filter(backend -> backend.missing().isEmpty())
                .findFirst()
                .orElseThrow(() -> new BackendException("no backend can be used on this machine"));
    }

    /**
     * The one of that name.
     *
     * @throws BackendException if there is none, or it cannot be used here
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
