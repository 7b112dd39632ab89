package orrery.app;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import orrery.format.Gguf;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.TensorSource;
import orrery.tensor.DType;
import orrery.tensor.Shape;

/** A GGUF file whose matrices are of a type that is known by its size alone. */
final class ForeignTypes {
    private static final int Q8_K = 15;
    private static final int ELEMENTS = 256;
    private static final int BYTES = 292;

    private ForeignTypes() {}

    /** What another file holds, its quantised matrices as zeros of Q8_K. */
    static Path of(Path quantized, Path target) throws Exception {
        var sources = new LinkedHashMap<String, TensorSource>();
        var foreign = new LinkedHashSet<String>();
        try (var file = Gguf.open(quantized)) {
            file.tensors().forEach((name, tensor) -> {
                if (tensor.dtype().blocked()) {
                    foreign.add(name);
                    var bytes = Shape.of(tensor.shape().rows(), tensor.shape().columns() / ELEMENTS * BYTES);
                    var zeros = MemorySegment.ofArray(new byte[(int) bytes.elements()]);
                    sources.put(name, new TensorSource(DType.I8, bytes, sink -> sink.write(zeros)));
                } else {
                    sources.put(name, TensorSource.of(tensor));
                }
            });
            GgufWriter.write(target, GgufMetadata.of(quantized), sources);
        }
        // The writer knows no such type: bytes were written in its place, and the header is told what they are.
        var whole = ByteBuffer.wrap(Files.readAllBytes(target)).order(ByteOrder.LITTLE_ENDIAN);
        var text = new String(whole.array(), StandardCharsets.ISO_8859_1);
        for (var name : foreign) {
            byte[] length = new byte[Long.BYTES];
            length[0] = (byte) name.length();
            int at = text.indexOf(new String(length, StandardCharsets.ISO_8859_1) + name)
                    + Long.BYTES
                    + name.length()
                    + Integer.BYTES;
            whole.putLong(at, whole.getLong(at) / BYTES * ELEMENTS);
            whole.putInt(at + 2 * Long.BYTES, Q8_K);
        }
        return Files.write(target, whole.array());
    }
}
