package orrery.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import orrery.kernel.vector.VectorBackend;

/**
 * The vector backend at every width in one JVM. A width is a constant of its classes, so each width gets its own copy
 * of them, from a loader of its own: what runs here is compiled exactly as it is where that width was settled.
 */
final class VectorWidths {
    private static final int[] BITS = {128, 256, 512};

    private VectorWidths() {}

    /**
     * How to open each width, and each with one of the numbers of threads; with {@code -Dorrery.sweep=true} each with
     * all of them, which takes some minutes more.
     */
    static Stream<Named<Opening>> all() {
        boolean every = Boolean.getBoolean("orrery.sweep");
        return IntStream.of(BITS)
                .mapToObj(bits -> new Copy(bits).backend())
                .flatMap(backend -> (every ? IntStream.of(1, 2, 3) : threads(backend.bits))
                        .mapToObj(threads -> new Opening(backend.backend, backend.bits, threads))
                        .map(opening -> Named.of(opening.bits + " bits, " + opening.threads + " threads", opening)));
    }

    private static IntStream threads(int bits) {
        return switch (bits) {
            case 128 -> IntStream.of(3);
            case 256 -> IntStream.of(2);
            default -> IntStream.of(1, 3);
        };
    }

    /** A backend of one width, and how it is to be opened. */
    record Opening(Backend backend, int bits, int threads) {

        /** Opens it; reports a skip where this machine has no such vectors. */
        Kernels open() {
            Assumptions.assumeTrue(
                    backend.missing().isEmpty(), () -> backend.missing().orElseThrow());
            try {
                return backend.open(new Backend.Options(threads, OptionalInt.of(bits)));
            } catch (BackendException tooWide) {
                return Assumptions.abort(String.valueOf(tooWide.getMessage()));
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
