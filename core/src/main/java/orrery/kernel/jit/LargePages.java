package orrery.kernel.jit;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Memory for what is read from end to end again and again, such as packed weights: in pages of 2 MiB, since with 4 KiB
 * a processor spends much of its time on finding them. And the way to give back the pages of a file that were copied.
 */
final class LargePages {
    static final long BYTES = 2L << 20;

    /** A multiple of every size that a system's smallest pages have. */
    private static final long SMALL = 64L << 10;

    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private LargePages() {}

    /** Why memory will lie in small pages here; empty if the system has large ones for those that ask. */
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
     * Zeroed memory that begins at a multiple of 2 MiB and is freed with its arena; in small pages where there are no
     * large ones ({@link #missing}).
     *
     * @throws orrery.kernel.BackendException if the system has no more memory
     */
    static MemorySegment allocate(Arena arena, long bytes) {
        if (!(Pages.Linked.PAGES.orElse(null) instanceof PosixPages pages)) {
            return arena.allocate(bytes, BYTES);
        }
        // What lies before the first multiple of 2 MiB is never touched, so it costs addresses alone.
        var mapped = pages.map(bytes + BYTES);
        var aligned = mapped.asSlice(-mapped.address() & (BYTES - 1), bytes);
        long large = bytes & -BYTES;
        if (large > 0) {
            pages.wantHugePages(aligned.asSlice(0, large));
        }
        return aligned.reinterpret(arena, _ -> pages.unmap(mapped));
    }

    /**
     * Gives back the memory of those pages that lie within a part of a mapped file as a whole; they are read again if
     * they are touched. Nothing happens where the system has no such call, or keeps them.
     *
     * @throws IllegalArgumentException if it is no file, or one that may be written, whose changes would be lost
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
