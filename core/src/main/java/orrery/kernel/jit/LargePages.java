package orrery.kernel.jit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Memory for data that is read sequentially again and again, such as packed weights, in pages of 2 MiB: with 4 KiB
 * pages, a processor spends much time on TLB misses. Also releases the pages of a file that were copied.
 */
final class LargePages {
    static final long BYTES = 2L << 20;

    /** A multiple of all systems' smallest page sizes. */
    private static final long SMALL = 64L << 10;

    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private LargePages() {}

    /** Why there are no large pages here; empty if the system has them. */
    static Optional<String> missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("large pages are asked for on Linux alone");
        }
        if (!Files.isReadable(SETTING)) {
            return Optional.of(SETTING + " cannot be read, so this kernel has no transparent huge pages");
        }
        try {
            return Files.readString(SETTING).contains("[never]")
                    ? Optional.of(SETTING + " is set to never, expected madvise or always")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of(SETTING + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Zeroed memory at a multiple of 2 MiB, freed with its arena; in small pages if there are no large ones
     * ({@link #missing}).
     *
     * @throws orrery.kernel.BackendException if the system has no more memory
     */
    static MemorySegment allocate(Arena arena, long bytes) {
        if (!(Pages.Linked.PAGES.orElse(null) instanceof PosixPages pages)) {
            return arena.allocate(bytes, BYTES);
        }
        // Memory before the first multiple of 2 MiB is never touched, so it only costs addresses.
        var mapped = pages.map(bytes + BYTES);
        var aligned = mapped.asSlice(-mapped.address() & (BYTES - 1), bytes);
        long large = bytes & -BYTES;
        if (large > 0) {
            pages.wantHugePages(aligned.asSlice(0, large));
        }
        return aligned.reinterpret(arena, _ -> pages.unmap(mapped));
    }

    /**
     * Releases the pages that are completely within a part of a mapped file; they are read again when they are
     * accessed. Does nothing if the system has no such call, or keeps the pages.
     *
     * @throws IllegalArgumentException if it is not a file mapping, or a writable one, whose changes would be lost
     */
    static void giveBack(MemorySegment file) {
        if (!file.isMapped() || !file.isReadOnly()) {
            throw new IllegalArgumentException(
                    "only pages of a file that is mapped to be read are given back, not of " + file);
        }
        long before = -file.address() & (SMALL - 1);
        long whole = (file.byteSize() - before) & -SMALL;
        if (whole > 0 && Pages.Linked.PAGES.orElse(null) instanceof PosixPages pages) {
            pages.giveBack(file.asSlice(before, whole));
        }
    }
}
