package orrery.catalog;

import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import orrery.format.TensorSource;

/** Counts the bytes that are written from tensors to a file. */
final class ByteCounter {
    /** Longer pieces are split, so that the progress of a large embedding is visible. */
    private static final long PIECE = 16L << 20;

    private final LongConsumer heard;
    private long bytes;

    ByteCounter(LongConsumer heard) {
        this.heard = heard;
    }

    /** The same tensor, counted. */
    TensorSource counting(TensorSource tensor) {
        return new TensorSource(
                tensor.dtype(), tensor.shape(), sink -> tensor.content().writeTo(piece -> pass(piece, sink)));
    }

    private void pass(MemorySegment piece, TensorSource.Sink sink) throws java.io.IOException {
        for (long from = 0; from < piece.byteSize(); from += PIECE) {
            var part = piece.asSlice(from, Math.min(PIECE, piece.byteSize() - from));
            sink.write(part);
            bytes += part.byteSize();
            heard.accept(bytes);
        }
    }
}
