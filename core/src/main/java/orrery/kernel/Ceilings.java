package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * What this machine can do at most, with all threads: bytes read from memory a second, and float operations a second
 * without any memory. Meant to be probed right before and after every measurement, because a shared machine changes
 * from second to second. One thread calls.
 */
public final class Ceilings implements AutoCloseable {
    private static final long BUFFER = 512L << 20;
    private static final long PIECE = 8L << 20;
    private static final int PARTS_PER_THREAD = 4;
    private static final int TURNS = 1 << 18;

    /** Of so many short runs in a row the best one counts, because others may use the machine, too. */
    private static final int RUNS = 3;

    private final Arena arena = Arena.ofShared();
    private final ProbeLoops loops = Backend.best().probe();
    private final ProbeCrew crew;
    private final int threads;
    private final MemorySegment buffer;
    private final LongSupplier clock;
    private final DoubleAdder sink = new DoubleAdder();
    private long next;

    /**
     * Probes with that many threads on memory that is given.
     *
     * @param buffer what is read, written to before, and much larger than any cache
     * @param clock nanoseconds, of the wall or of the one thread
     */
    public Ceilings(int threads, MemorySegment buffer, LongSupplier clock) {
        this.threads = threads;
        this.buffer = buffer;
        this.clock = clock;
        crew = new ProbeCrew(threads);
    }

    private Ceilings(int threads, long bytes) {
        this.threads = threads;
        clock = System::nanoTime;
        // Written, or the system would hand out one page of zeros again and again.
        buffer = loops.memory(arena, bytes).fill((byte) 1);
        crew = new ProbeCrew(threads);
    }

    /**
     * Probes with that many threads on memory of its own: 512 MiB, of which each probe reads the next quarter, so that
     * what it reads has left the caches; less where {@code most} is less, down to 32 MiB.
     */
    public static Ceilings of(int threads, long most) {
        return new Ceilings(threads, Math.clamp(most / (4 * PIECE) * 4 * PIECE, 4 * PIECE, BUFFER));
    }

    /** Bytes a second that all threads together read from memory at best, over the next parts of the buffer. */
    public double bandwidth() {
        long bytes = buffer.byteSize() / 4;
        double best = 0;
        for (int run = 0; run < RUNS; run++) {
            best = Math.max(best, bandwidth(next, bytes));
            next = (next + bytes) % buffer.byteSize();
        }
        return best;
    }

    /**
     * The same over {@code bytes} from an offset of the buffer on.
     *
     * @throws IllegalArgumentException if that is no multiple of {@link ProbeLoops#MULTIPLE}
     */
    public double bandwidth(long offset, long bytes) {
        if (bytes % ProbeLoops.MULTIPLE != 0) {
            throw new IllegalArgumentException(
                    "a probe of " + bytes + " bytes, expected a multiple of " + ProbeLoops.MULTIPLE);
        }
        int pieces = (int) ((bytes + PIECE - 1) / PIECE);
        long start = clock.getAsLong();
        crew.run(pieces, piece -> {
            long at = piece * PIECE;
            sink.add(loops.read(buffer, offset + at, Math.min(PIECE, bytes - at)));
        });
        return bytes / ((clock.getAsLong() - start) / 1e9);
    }

    /**
     * Float operations a second (a fused multiply-add counts as two for each lane) of all threads, from registers
     * alone.
     */
    public double arithmetic() {
        return operations(loops.operationsPerTurn(), part -> sink.add(loops.multiply(1e-3f * part, TURNS)));
    }

    /**
     * Operations on bytes a second (a product and its addition count as two) of all threads, from registers alone;
     * empty where the backend has no products of bytes.
     */
    public OptionalDouble byteArithmetic() {
        var each = loops.byteOperationsPerTurn();
        return each.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(operations(each.getAsInt(), _ -> loops.multiplyBytes(TURNS)));
    }

    private double operations(int perTurn, IntConsumer part) {
        int parts = PARTS_PER_THREAD * threads;
        double best = 0;
        for (int run = 0; run < RUNS; run++) {
            long start = clock.getAsLong();
            crew.run(parts, part);
            best = Math.max(best, (double) perTurn * TURNS * parts / ((clock.getAsLong() - start) / 1e9));
        }
        return best;
    }

    /** Stops the threads and frees the memory that is its own. */
    @Override
    public void close() {
        crew.close();
        arena.close();
    }
}
