package orrery.kernel.jit;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;
import orrery.kernel.BackendException;

/**
 * The operating system's calls for whole pages of memory. If the system refuses a call, a {@link BackendException} is
 * thrown.
 */
sealed interface Pages permits PosixPages, WindowsPages {

    /** Zeroed memory that is readable and writable, but not executable. */
    MemorySegment map(long bytes);

    /** Makes memory read-only, then executable; it is never writable and executable at the same time. */
    void makeExecutable(MemorySegment mapped);

    /** Unmaps all memory of a {@link #map} call. */
    void unmap(MemorySegment mapped);

    /** Why this system cannot run generated machine code; empty if it can be tried. Calls nothing. */
    static Optional<String> missing() {
        String processor = System.getProperty("os.arch");
        String system = System.getProperty("os.name");
        if (!processor.equals("amd64") && !processor.equals("x86_64")) {
            return Optional.of("machine code is written for x86-64, and this processor is " + processor);
        }
        if (system.toLowerCase(Locale.ROOT).startsWith("mac")) {
            return Optional.of("macOS gives executable memory only with MAP_JIT, which is not written yet");
        }
        if (!system.equals("Linux") && !system.startsWith("Windows")) {
            return Optional.of("executable memory is written for Linux and Windows, and this is " + system);
        }
        return Optional.empty();
    }

    /**
     * The calls of this system.
     *
     * @throws BackendException if there are none, or this program may not call native functions
     */
    static Pages ofThisSystem() {
        return Linked.PAGES.orElseThrow(() -> new BackendException("the calls for pages of memory cannot be linked on "
                + System.getProperty("os.name") + "; start Java with --enable-native-access=ALL-UNNAMED"));
    }

    /** Linked once, because that takes milliseconds; empty if there is nothing to link, or Java refuses. */
    final class Linked {
        static final Optional<Pages> PAGES = link();

        private Linked() {}

        private static Optional<Pages> link() {
            String system = System.getProperty("os.name");
            try {
                return system.equals("Linux")
                        ? Optional.of(new PosixPages())
                        : system.startsWith("Windows") ? Optional.of(new WindowsPages()) : Optional.empty();
            } catch (IllegalCallerException e) {
                return Optional.empty();
            }
        }
    }
}
