package orrery.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * A tensor that is to be written, and need not lie in memory as it will lie in the file.
 *
 * @param dtype how one element is stored
 * @param shape the extents, outermost first
 * @param content hands over exactly the tensor's bytes, in order
 */
public record TensorSource(DType dtype, Shape shape, Content content) {

    /** Hands bytes over. */
    @FunctionalInterface
    public interface Content {
        /** @throws IOException what {@code sink} throws */
        void writeTo(Sink sink) throws IOException;
    }

    /** Takes bytes. */
    @FunctionalInterface
    public interface Sink {
        /** Takes all bytes of a piece of any length; it may be changed afterwards. */
        void write(MemorySegment piece) throws IOException;
    }

    /** A tensor as it is. */
    public static TensorSource of(Tensor tensor) {
        return new TensorSource(tensor.dtype(), tensor.shape(), sink -> sink.write(tensor.data()));
    }

    /** Bytes of the whole tensor. */
    public long bytes() {
        return dtype.bytes(shape.elements());
    }
}
