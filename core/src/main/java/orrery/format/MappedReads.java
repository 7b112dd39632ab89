package orrery.format;

import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Reading mapped memory can fail like a disk. When a mapped file is truncated, or its disk gives an error, the
 * processor faults on the page, and the JVM throws {@link InternalError} ("a fault occurred in an unsafe memory access
 * operation") from whatever touched it; from compiled code it may arrive a little later than the access. Nothing is
 * wrong with the JVM, so code that reads weights at a boundary (loading, checking, copying) wraps the reading here.
 */
public final class MappedReads {
    private static final String FAULT = "unsafe memory access";

    private MappedReads() {}

    /**
     * Runs {@code read}, which touches memory mapped from {@code file}.
     *
     * @throws FormatException if a page could not be read; other errors pass unchanged
     */
    public static <T> T reading(Path file, Supplier<T> read) {
        try {
            return read.get();
        } catch (InternalError e) {
            if (e.getMessage() == null || !e.getMessage().contains(FAULT)) {
                throw e;
            }
            throw new FormatException(
                    "could not read " + file + ": the file changed while it was open, or the disk failed", e);
        }
    }
}
