package orrery.convert;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import orrery.format.MappedReads;
import orrery.format.TensorSource;
import orrery.quant.QuantException;
import orrery.quant.RowEncoder;

/**
 * Encodes tensors piece by piece on all threads while finished pieces are written: however large a tensor is, only a
 * few megabytes of it are in memory. The same rows give the same bytes with any number of threads.
 */
final class Encoding implements AutoCloseable {
    /** The most elements of a piece, except that a longer row is one piece. */
    private static final int PIECE = 1 << 17;

    private final Path model;
    private final int ahead;
    private final ExecutorService threads;
    private final Queue<float[]> spare = new ConcurrentLinkedQueue<>();

    /** @param model where rows are read from, for messages */
    Encoding(Path model, int threads) {
        this.model = model;
        ahead = 2 * threads;
        var number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(
                threads,
                work -> Thread.ofPlatform()
                        .daemon()
                        .name("orrery-encode-" + number.incrementAndGet())
                        .unstarted(work));
    }

    /**
     * The bytes of a tensor, encoded on demand; {@code heard} receives the number of elements done since its last call.
     */
    TensorSource source(PlannedTensor tensor, LongConsumer heard) {
        return new TensorSource(tensor.dtype(), tensor.shape(), sink -> write(tensor, sink, heard));
    }

    private record Piece(MemorySegment bytes, long elements) {}

    private void write(PlannedTensor tensor, TensorSource.Sink sink, LongConsumer heard) throws IOException {
        var stored = tensor.rows().stored(tensor.dtype());
        if (stored.isPresent()) {
            sink.write(stored.get());
            heard.accept(tensor.shape().elements());
            return;
        }
        int each = Math.max(1, PIECE / Math.max(1, tensor.rows().columns()));
        var running = new ArrayDeque<Future<Piece>>();
        try {
            long next = 0;
            while (next < tensor.rows().count() || !running.isEmpty()) {
                while (running.size() < ahead && next < tensor.rows().count()) {
                    long first = next;
                    int count = (int) Math.min(each, tensor.rows().count() - first);
                    running.add(threads.submit(() -> MappedReads.reading(model, () -> encode(tensor, first, count))));
                    next += count;
                }
                var piece = finished(running.remove());
                sink.write(piece.bytes());
                heard.accept(piece.elements());
            }
        } finally {
            running.forEach(one -> one.cancel(false));
        }
    }

    private Piece encode(PlannedTensor tensor, long first, int count) {
        int columns = tensor.rows().columns();
        int elements = Math.multiplyExact(count, columns);
        var found = spare.poll();
        var values = found != null && found.length >= elements ? found : new float[Math.max(PIECE, elements)];
        tensor.rows().read(first, count, values);
        var bytes =
                MemorySegment.ofArray(new byte[Math.toIntExact(tensor.dtype().bytes(elements))]);
        for (int i = 0; i < count; i++) {
            try {
                RowEncoder.encode(
                        tensor.dtype(),
                        values,
                        i * columns,
                        columns,
                        bytes,
                        tensor.dtype().bytes((long) i * columns));
            } catch (QuantException e) {
                throw new ConvertException(
                        model + ": tensor " + tensor.name() + ", row " + (first + i) + ", " + e.getMessage(), e);
            }
        }
        spare.add(values);
        return new Piece(bytes, elements);
    }

    private static Piece finished(Future<Piece> piece) {
        try {
            return piece.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException known -> throw known;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException("a tensor could not be encoded", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConvertException("the conversion was interrupted", e);
        }
    }

    /** Waits for running tasks, because they read memory that will be unmapped. */
    @Override
    public void close() {
        threads.close();
    }
}
