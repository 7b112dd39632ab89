package orrery.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * A tensor to write, which need not be in memory in its final form.
 *
 * @param dtype how one element is stored
 * @param shape the extents, outermost first
 * @param content provides exactly the tensor's bytes, in order
 */
public record TensorSource(DType dtype, Shape shape, Content content) {

    /** Provides bytes. */
    @FunctionalInterface
    public interface Content {
        /** @throws IOException what {@code sink} throws */
        void writeTo(Sink sink) throws IOException;
    }

    /** Receives bytes. */
    @FunctionalInterface
    public interface Sink {
        /** Writes all bytes of a piece of any length; the caller may change it afterwards. */
        void write(MemorySegment piece) throws IOException;
    }

    /** A tensor in memory. */
    public static TensorSource of(Tensor tensor) {
        return new TensorSource(tensor.dtype(), tensor.shape(), sink -> sink.write(tensor.data()));
    }

    /** Bytes of the whole tensor. */
    public long bytes() {
        return dtype.bytes(shape.elements());
    }
}
