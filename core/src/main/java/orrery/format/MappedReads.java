package orrery.format;

import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Reading mapped memory can fail like reading a disk. If a mapped file is truncated, or its disk has an error, the
 * processor faults on the page, and the JVM throws {@link InternalError} ("a fault occurred in an unsafe memory access
 * operation") from the code that accessed it; compiled code may throw it slightly later. The JVM itself is unharmed, so
 * code that reads weights (loading, checking, copying) wraps the reading here.
 */
public final class MappedReads {
    private static final String FAULT = "unsafe memory access";

    private MappedReads() {}

    /**
     * Runs {@code read}, which reads memory mapped from {@code file}.
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
