package orrery.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** Small tensors and files for the tests of this package. */
final class Tensors {
    private Tensors() {}

    /** Bytes 1, 2, 3 … with a dtype and a shape. */
    static Tensor counting(DType dtype, long... dimensions) {
        Shape shape = Shape.of(dimensions);
        byte[] bytes = new byte[Math.toIntExact(shape.elements() * dtype.bytes())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i + 1);
        }
        return new Tensor(dtype, shape, MemorySegment.ofArray(bytes));
    }

    /** One tensor of every safetensors dtype, of awkward sizes, one of them empty and one a scalar. */
    static Map<String, Tensor> assorted() {
        Map<String, Tensor> tensors = new TreeMap<>();
        long columns = 1;
        for (DType dtype : DType.values()) {
            if (!SafetensorsHeader.isKnown(dtype)) {
                continue;
            }
            tensors.put("layers." + dtype + ".weight", counting(dtype, 3, columns));
            columns += 2;
        }
        tensors.put("empty", counting(DType.F32, 0, 5));
        tensors.put("scalar \"é\"", counting(DType.BF16));
        return tensors;
    }

    /** A safetensors file with this header and number of data bytes. */
    static Path file(Path path, String header, int dataBytes) {
        return file(path, header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static Path file(Path path, byte[] header, int dataBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header);
        try {
            return Files.write(path, bytes.array());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The tensor of that name, which must be there. */
    static Tensor named(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    static byte[] bytes(Tensor tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_BYTE);
    }
}
