package orrery.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import orrery.kernel.vector.VectorBackend;

/**
 * The vector backend at every width in one JVM. A width is a constant of its classes, so each width gets its own copy
 * of them, from a class loader of its own: the tested code is compiled exactly as in a JVM with that width.
 */
final class VectorWidths {
    private static final int[] BITS = {128, 256, 512};
    private static final List<String> TIERS = System.getProperty("os.arch").equals("aarch64")
            ? List.of("NEON_I8MM", "NEON_DOTPROD")
            : List.of("AVX512_VNNI", "AVX_VNNI", "AVX2");
    private static final String TIER = "orrery.kernels.tier";

    private VectorWidths() {}

    /**
     * Opens each width with one of the thread counts; with {@code -Dorrery.sweep=true} each with all of them, which
     * takes some minutes more.
     */
    static Stream<Named<Opening>> all() {
        boolean every = Boolean.getBoolean("orrery.sweep");
        return IntStream.of(BITS)
                .mapToObj(bits -> new Copy(bits).backend())
                .flatMap(backend -> (every ? IntStream.of(1, 2, 3) : threads(backend.bits))
                        .mapToObj(threads -> Named.of(
                                backend.bits + " bits, " + threads + " threads",
                                new Opening(
                                        backend.backend, OptionalInt.of(backend.bits), Optional.empty(), threads))));
    }

    private static IntStream threads(int bits) {
        return switch (bits) {
            case 128 -> IntStream.of(3);
            case 256 -> IntStream.of(2);
            default -> IntStream.of(1, 3);
        };
    }

    /** The same, and emitted machine code of every tier, with the vector kernels as its base. */
    static Stream<Named<Opening>> andMachineCode() {
        var backend = Backend.all().stream()
                .filter(one -> one.name().equals("jit"))
                .findFirst()
                .orElseThrow();
        return Stream.concat(
                all(),
                TIERS.stream()
                        .flatMap(tier -> IntStream.of(1, 3)
                                .mapToObj(threads -> Named.of(
                                        tier + ", " + threads + " threads",
                                        new Opening(backend, OptionalInt.empty(), Optional.of(tier), threads)))));
    }

    /**
     * A backend, and how to open it.
     *
     * @param tier of emitted code, set by a property
     */
    record Opening(Backend backend, OptionalInt bits, Optional<String> tier, int threads) {

        /** Opens it; reports a skipped test if this machine has no such vectors or instructions. */
        Kernels open() {
            tier.ifPresent(name -> System.setProperty(TIER, name));
            try {
                Assumptions.assumeTrue(
                        backend.missing().isEmpty(), () -> backend.missing().orElseThrow());
                return backend.open(new Backend.Options(threads, bits, Optional.empty()));
            } catch (BackendException tooWide) {
                return Assumptions.abort(String.valueOf(tooWide.getMessage()));
            } finally {
                System.clearProperty(TIER);
            }
        }
    }

    private record Sized(Backend backend, int bits) {}

    /** A second copy of the package's classes. */
    static final class Copy extends ClassLoader {
        private static final String PACKAGE = VectorBackend.class.getPackageName() + ".";
        private final int bits;

        Copy(int bits) {
            super(VectorBackend.class.getClassLoader());
            this.bits = bits;
        }

        Sized backend() {
            try {
                var type = loadClass(VectorBackend.class.getName());
                return new Sized((Backend) type.getConstructor().newInstance(), bits);
            } catch (ReflectiveOperationException impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                var loaded = findLoadedClass(name);
                return loaded == null ? copy(name) : loaded;
            }
        }

        private Class<?> copy(String name) throws ClassNotFoundException {
            try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                var bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException exception) {
                throw new UncheckedIOException(exception);
            }
        }
    }
}
