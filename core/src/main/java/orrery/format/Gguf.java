package orrery.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
 * An open GGUF file of version 2 or 3: metadata and tensors behind one header. The tensors are mapped read-only and not
 * copied. Source: the specification in github.com/ggml-org/ggml, {@code docs/gguf.md}.
 *
 * <p>The tensors belong to this object: after {@link #close()} the JDK refuses every access to them. If the file
 * shrinks while it is open, reads fail: see {@link MappedReads}.
 */
public final class Gguf implements AutoCloseable {
    private final Path file;
    private final Arena arena;
    private final Map<String, Object> values;
    private final Map<String, Tensor> tensors;
    private final Map<String, ForeignTensor> foreign;

    private Gguf(
            Path file,
            Arena arena,
            Map<String, Object> values,
            Map<String, Tensor> tensors,
            Map<String, ForeignTensor> foreign) {
        this.file = file;
        this.arena = arena;
        this.values = Collections.unmodifiableMap(values);
        this.tensors = Collections.unmodifiableMap(tensors);
        this.foreign = Collections.unmodifiableMap(foreign);
    }

    /**
     * Maps a file and checks its whole header.
     *
     * @throws FormatException if the file cannot be read or mapped, is not a little-endian GGUF of version 2 or 3, has
     *     a malformed header, or has tensors that have a type of unknown size, extend beyond the file, overlap, or
     *     leave holes
     */
    public static Gguf open(Path file) {
        FileBytes.requireRegular(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FileBytes.requireNoPointer(file, channel);
            GgufHeader header = GgufHeader.read(new GgufSource(file, channel));
            return map(file, channel, header);
        } catch (IOException e) {
            throw FormatException.unreadable(file, e);
        }
    }

    /**
     * Reads only the metadata; tensors may have any type, or be truncated.
     *
     * @throws FormatException as {@link #open} does
     */
    static Map<String, Object> readValues(Path file) {
        FileBytes.requireRegular(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FileBytes.requireNoPointer(file, channel);
            return GgufHeader.readValues(new GgufSource(file, channel));
        } catch (IOException e) {
            throw FormatException.unreadable(file, e);
        }
    }

    /** Where the tensors start, in bytes of the file: after the header, at a multiple of the alignment. */
    private static long start(GgufHeader header) {
        return aligned(header.end(), header.alignment());
    }

    private static long aligned(long bytes, long alignment) {
        return Math.addExact(bytes, alignment - 1) & -alignment;
    }

    /** Checks that the tensors fill the {@code available} bytes one after another, with only padding between them. */
    private static void requireLaidOut(Path file, GgufHeader header, long available) {
        List<GgufHeader.Entry> ordered = header.entries().stream()
                .sorted(Comparator.comparingLong(GgufHeader.Entry::begin).thenComparingLong(GgufHeader.Entry::bytes))
                .toList();
        long end = 0;
        String before = "the header";
        for (GgufHeader.Entry entry : ordered) {
            if (entry.begin() > available || entry.bytes() > available - entry.begin()) {
                throw new FormatException(
                        file + ": " + entry + " is " + entry.type().name() + " " + entry.shape()
                                + ", which takes " + entry.bytes() + " bytes from byte " + entry.begin()
                                + " of the data, but the file holds only " + Math.max(0, available)
                                + "; it is truncated, or its header is damaged");
            }
            if (entry.begin() < end) {
                throw new FormatException(file + ": " + entry + " begins at byte " + entry.begin()
                        + " of the data and overlaps " + before + ", which ends at " + end);
            }
            requireNoHole(file, header, entry.begin() - end, "between " + before + " and " + entry);
            end = entry.begin() + entry.bytes();
            before = entry.toString();
        }
        requireNoHole(file, header, available - end, "after " + before);
    }

    private static void requireNoHole(Path file, GgufHeader header, long bytes, String where) {
        if (bytes >= header.alignment()) {
            throw new FormatException(file + ": " + bytes + " bytes " + where + " belong to no tensor");
        }
    }

    private static Gguf map(Path file, FileChannel channel, GgufHeader header) throws IOException {
        long start = start(header);
        requireLaidOut(file, header, channel.size() - start);
        Arena arena = Arena.ofShared();
        try {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Map<String, ForeignTensor> foreign = new LinkedHashMap<>();
            for (GgufHeader.Entry entry : header.entries()) {
                // In a file without padding, an empty tensor may be located beyond the end.
                MemorySegment data = entry.bytes() == 0
                        ? mapped.asSlice(0, 0)
                        : mapped.asSlice(start + entry.begin(), entry.bytes());
                entry.type()
                        .dtype()
                        .ifPresentOrElse(
                                dtype -> tensors.put(entry.name(), new Tensor(dtype, entry.shape(), data)),
                                () -> foreign.put(
                                        entry.name(),
                                        new ForeignTensor(entry.type().name(), entry.shape(), entry.bytes())));
            }
            return new Gguf(file, arena, header.values(), tensors, foreign);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    public Path file() {
        return file;
    }

    /** The metadata by GGUF key: Long, BigInteger, Double, Boolean, String, or a List of one of them. */
    public Map<String, Object> values() {
        return values;
    }

    /** The tensors in the order of the header, their dimensions outermost first; read-only memory. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** The tensors of unsupported types, in the order of the header. */
    public Map<String, ForeignTensor> foreignTensors() {
        return foreign;
    }

    /** Unmaps the file; a second call does nothing. No other thread may be reading a tensor. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
