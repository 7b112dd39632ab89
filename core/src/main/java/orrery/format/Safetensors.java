package orrery.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.tensor.Tensor;

/**
 * An open safetensors file: eight bytes of header length, a JSON header, and the tensors' bytes, which are mapped
 * read-only and not copied. Source: the specification and the checks of huggingface/safetensors.
 *
 * <p>The tensors belong to this object: after {@link #close()} the JDK refuses every access to them. A tensor may start
 * at any byte; the format does not align it. If the file shrinks while it is open, reads fail: see {@link MappedReads}.
 */
public final class Safetensors implements AutoCloseable {
    /** The longest header that the format allows, in bytes. */
    public static final long LONGEST_HEADER = 100_000_000;

    private final Path file;
    private final Arena arena;
    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    private Safetensors(Path file, Arena arena, Map<String, Tensor> tensors, Map<String, String> metadata) {
        this.file = file;
        this.arena = arena;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = metadata;
    }

    /**
     * Maps a file and checks its whole header.
     *
     * @throws FormatException if the file cannot be read or mapped, is shorter than its header says, has a malformed
     *     header, or has tensors whose offsets are beyond the file, overlap, leave holes, or do not match shape and
     *     dtype
     */
    public static Safetensors open(Path file) {
        FileBytes.requireRegular(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] json = header(file, channel);
            SafetensorsHeader header = SafetensorsHeader.read(String.valueOf(file.getFileName()), json);
            long start = (long) Long.BYTES + json.length;
            List<SafetensorsHeader.Entry> entries = laidOut(file, header.entries(), channel.size() - start);
            return map(file, channel, start, entries, header.metadata());
        } catch (IOException e) {
            throw FormatException.unreadable(file, e);
        }
    }

    /** Reads without mapping: a truncated file then gives an error, not a fault. */
    private static byte[] header(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new FormatException(
                    file + " is " + size + " bytes long, but a safetensors file begins with 8 bytes of header length");
        }
        long length = ByteBuffer.wrap(FileBytes.read(file, channel, 0, Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (Long.compareUnsigned(length, size - Long.BYTES) > 0) {
            FileBytes.requireNoPointer(file, channel);
            throw new FormatException(
                    file + ": the header should be " + Long.toUnsignedString(length) + " bytes long, but only "
                            + (size - Long.BYTES) + " follow; the file is truncated or not a safetensors file");
        }
        if (length > LONGEST_HEADER) {
            throw new FormatException(file + ": the header should be " + length + " bytes long, more than the "
                    + LONGEST_HEADER + " that the format allows");
        }
        byte[] json = FileBytes.read(file, channel, Long.BYTES, (int) length);
        if (length == 0 || json[0] != '{') {
            throw new FormatException(file + ": the header does not start with {, expected a JSON object at byte 8");
        }
        return json;
    }

    /**
     * The entries by position, after checking that they fill the {@code available} bytes exactly, one after another.
     */
    private static List<SafetensorsHeader.Entry> laidOut(
            Path file, List<SafetensorsHeader.Entry> entries, long available) {
        List<SafetensorsHeader.Entry> ordered = entries.stream()
                .sorted(Comparator.comparingLong(SafetensorsHeader.Entry::begin)
                        .thenComparingLong(SafetensorsHeader.Entry::end))
                .toList();
        long position = 0;
        String before = "the header";
        for (SafetensorsHeader.Entry entry : ordered) {
            String tensor = "tensor " + Excerpt.quoted(entry.name());
            requireFit(file, entry, available);
            if (entry.begin() < position) {
                throw new FormatException(file + ": " + tensor + " begins at byte " + entry.begin()
                        + " of the data and overlaps " + before + ", which ends at " + position);
            }
            if (entry.begin() > position) {
                throw new FormatException(file + ": " + (entry.begin() - position) + " bytes between " + before
                        + " and " + tensor + " belong to no tensor");
            }
            position = entry.end();
            before = tensor;
        }
        if (position < available) {
            throw new FormatException(
                    file + ": " + (available - position) + " bytes after " + before + " belong to no tensor");
        }
        return ordered;
    }

    private static void requireFit(Path file, SafetensorsHeader.Entry entry, long available) {
        if (entry.begin() > entry.end()) {
            throw wrong(
                    file,
                    entry,
                    "has data_offsets " + entry.begin() + " to " + entry.end() + ", expected them in ascending order");
        }
        if (entry.end() > available) {
            throw wrong(
                    file,
                    entry,
                    "ends at byte " + entry.end() + " of the data, but the file holds only " + available
                            + "; it is truncated, or its header is damaged");
        }
        long span = entry.end() - entry.begin();
        if (bytes(file, entry) != span) {
            throw wrong(
                    file,
                    entry,
                    "is " + kind(entry) + ", which takes " + bytes(file, entry) + " bytes, but its data_offsets span "
                            + span);
        }
    }

    private static long bytes(Path file, SafetensorsHeader.Entry entry) {
        try {
            return Math.multiplyExact(entry.shape().elements(), entry.dtype().bytes());
        } catch (ArithmeticException e) {
            String tensor = file + ": tensor " + Excerpt.quoted(entry.name());
            throw new FormatException(tensor + " is " + kind(entry) + ", more than 2^63 bytes", e);
        }
    }

    private static String kind(SafetensorsHeader.Entry entry) {
        return entry.dtype() + " " + Excerpt.plain(entry.shape().toString());
    }

    private static FormatException wrong(Path file, SafetensorsHeader.Entry entry, String what) {
        return new FormatException(file + ": tensor " + Excerpt.quoted(entry.name()) + " " + what);
    }

    private static Safetensors map(
            Path file,
            FileChannel channel,
            long start,
            List<SafetensorsHeader.Entry> entries,
            Map<String, String> metadata)
            throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : entries) {
                MemorySegment data = mapped.asSlice(start + entry.begin(), entry.end() - entry.begin());
                tensors.put(entry.name(), new Tensor(entry.dtype(), entry.shape(), data));
            }
            return new Safetensors(file, arena, tensors, metadata);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    public Path file() {
        return file;
    }

    /** The tensors in the order of their bytes in the file; read-only memory. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** The strings of {@code __metadata__}; empty if there are none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Unmaps the file; a second call does nothing. No other thread may be reading a tensor. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
