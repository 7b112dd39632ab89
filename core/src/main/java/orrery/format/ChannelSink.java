package orrery.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes tensors to a channel. Short pieces, such as half a row, are buffered: a system call for each would take longer
 * than its bytes.
 */
final class ChannelSink {
    private static final long PIECE = 64L << 20; // a ByteBuffer is limited to 2 GiB; a tensor is not
    private static final int GATHERED = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer gathered = ByteBuffer.allocateDirect(GATHERED);
    private final MemorySegment room = MemorySegment.ofBuffer(gathered);
    private long taken;

    ChannelSink(FileChannel channel) {
        this.channel = channel;
    }

    /** Writes a whole tensor. */
    void write(String name, TensorSource tensor) throws IOException {
        taken = 0;
        tensor.content().writeTo(this::take);
        flush();
        if (taken != tensor.bytes()) {
            throw new IllegalStateException("the tensor " + name + " handed over " + taken + " bytes, but "
                    + tensor.dtype() + " " + tensor.shape() + " takes " + tensor.bytes());
        }
    }

    private void take(MemorySegment piece) throws IOException {
        long bytes = piece.byteSize();
        taken += bytes;
        if (bytes > gathered.remaining()) {
            flush();
        }
        if (bytes > gathered.remaining()) {
            for (long from = 0; from < bytes; from += PIECE) {
                writeAll(piece.asSlice(from, Math.min(PIECE, bytes - from)).asByteBuffer());
            }
        } else {
            MemorySegment.copy(piece, 0, room, gathered.position(), bytes);
            gathered.position(gathered.position() + (int) bytes);
        }
    }

    private void flush() throws IOException {
        gathered.flip();
        writeAll(gathered);
        gathered.clear();
    }

    void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
