package orrery.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Writes tensors and metadata as one GGUF file of version 3, little-endian, every tensor at a multiple of
 * {@value #ALIGNMENT} bytes. The bytes are written to a temporary file in the same directory, which is renamed to the
 * target when it is complete. Source: the specification in github.com/ggml-org/ggml, {@code docs/gguf.md}.
 */
public final class GgufWriter {
    /** The alignment that readers assume if a file has no {@code general.alignment}. */
    static final int ALIGNMENT = 32;

    private static final int VERSION = 3;

    /** ggml stores a name in 64 bytes, including a terminating zero. */
    private static final int LONGEST_TENSOR_NAME = 63;

    private static final int MOST_DIMENSIONS = 4;

    private GgufWriter() {}

    /** As {@link #write(Path, GgufMetadata, SequencedMap, Consumer)}, without a check. */
    public static void write(Path file, GgufMetadata metadata, SequencedMap<String, TensorSource> tensors) {
        write(file, metadata, tensors, _ -> {});
    }

    /**
     * Writes a file of tensors that provide their bytes piece by piece, in order.
     *
     * @param metadata without {@code general.alignment}
     * @param proof checks the complete temporary file before it is renamed; if it throws, no file is left
     * @throws FormatException if GGUF does not support a tensor's name, dtype or shape, or the file cannot be written;
     *     an existing file is then unchanged
     * @throws IllegalStateException if a source provides fewer or more bytes than its shape has
     */
    public static void write(
            Path file, GgufMetadata metadata, SequencedMap<String, TensorSource> tensors, Consumer<Path> proof) {
        if (metadata.keys().contains(GgufHeader.ALIGNMENT)) {
            throw new IllegalArgumentException(
                    "tensors are aligned to " + ALIGNMENT + " bytes, whatever the metadata says");
        }
        byte[] header = header(file, metadata, tensors);
        NewFile.write(
                file,
                channel -> {
                    ChannelSink sink = new ChannelSink(channel);
                    sink.writeAll(ByteBuffer.wrap(header));
                    for (Map.Entry<String, TensorSource> entry : tensors.entrySet()) {
                        sink.write(entry.getKey(), entry.getValue());
                        long bytes = entry.getValue().bytes();
                        sink.writeAll(ByteBuffer.allocate((int) (aligned(bytes) - bytes)));
                    }
                },
                proof);
    }

    /** Bytes of the whole file. */
    public static long size(GgufMetadata metadata, SequencedMap<String, TensorSource> tensors) {
        long data = tensors.values().stream()
                .mapToLong(tensor -> aligned(tensor.bytes()))
                .sum();
        return header(Path.of(""), metadata, tensors).length + data;
    }

    private static byte[] header(Path file, GgufMetadata metadata, SequencedMap<String, TensorSource> tensors) {
        var bytes = new ByteArrayOutputStream();
        var start = little(24).putInt(GgufHeader.MAGIC).putInt(VERSION).putLong(tensors.size());
        bytes.writeBytes(start.putLong(metadata.size()).array());
        metadata.parts().forEach(bytes::writeBytes);
        long begin = 0;
        for (Map.Entry<String, TensorSource> entry : tensors.entrySet()) {
            bytes.writeBytes(described(file, entry.getKey(), entry.getValue(), begin));
            begin += aligned(entry.getValue().bytes());
        }
        bytes.writeBytes(new byte[(int) (aligned(bytes.size()) - bytes.size())]);
        return bytes.toByteArray();
    }

    private static byte[] described(Path file, String name, TensorSource tensor, long begin) {
        var dimensions = tensor.shape().dimensions();
        int type = GgufTensorType.numberOf(tensor.dtype())
                .orElseThrow(() ->
                        wrong(file, name, "is " + tensor.dtype() + ", expected one of " + GgufTensorType.known()));
        if (dimensions.isEmpty() || dimensions.size() > MOST_DIMENSIONS) {
            throw wrong(file, name, "has " + dimensions.size() + " dimensions, expected 1 to " + MOST_DIMENSIONS);
        }
        var text = GgufMetadata.utf8("the name of a tensor", name);
        if (text.capacity() - Long.BYTES > LONGEST_TENSOR_NAME || name.isEmpty()) {
            throw wrong(
                    file,
                    name,
                    "has a name of " + (text.capacity() - Long.BYTES) + " bytes, expected 1 to " + LONGEST_TENSOR_NAME);
        }
        var described = little(text.capacity() + 4 + 8 * dimensions.size() + 4 + 8);
        described.put(text.array()).putInt(dimensions.size());
        dimensions.reversed().forEach(described::putLong); // innermost first in the file
        return described.putInt(type).putLong(begin).array();
    }

    private static FormatException wrong(Path file, String name, String what) {
        return new FormatException("could not write " + file + ": tensor " + Excerpt.quoted(name) + " " + what);
    }

    private static long aligned(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
