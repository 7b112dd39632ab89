package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * The peak speed of this machine with all threads: bytes read from memory per second, and float operations per second
 * without memory access. Should be probed right before and after every measurement, because a shared machine's speed
 * changes from second to second. For one thread.
 */
public final class Ceilings implements AutoCloseable {
    private static final long BUFFER = 512L << 20;
    private static final long PIECE = 8L << 20;
    private static final int PARTS_PER_THREAD = 4;
    private static final int TURNS = 1 << 18;

    /** The best of so many short runs counts, because other programs may use the machine. */
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
     * Probes with that many threads on given memory.
     *
     * @param buffer memory to read, written before, and much larger than any cache
     * @param clock nanoseconds, wall-clock time or the thread's CPU time
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
        // Write to it, or the system would map one page of zeros everywhere.
        buffer = loops.memory(arena, bytes).fill((byte) 1);
        crew = new ProbeCrew(threads);
    }

    /**
     * Probes with that many threads on its own memory: 512 MiB, of which each probe reads the next quarter, so that
     * what it reads is no longer cached; less if {@code most} is less, down to 32 MiB.
     */
    public static Ceilings of(int threads, long most) {
        return new Ceilings(threads, Math.clamp(most / (4 * PIECE) * 4 * PIECE, 4 * PIECE, BUFFER));
    }

    /**
     * The best rate in bytes per second at which all threads together read from memory, over the next parts of the
     * buffer.
     */
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
     * @throws IllegalArgumentException if that is not a multiple of {@link ProbeLoops#MULTIPLE}
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

    /** Float operations per second of all threads (a fused multiply-add counts as two per lane), in registers only. */
    public double arithmetic() {
        return operations(loops.operationsPerTurn(), part -> sink.add(loops.multiply(1e-3f * part, TURNS)));
    }

    /**
     * Operations on bytes per second of all threads (a product and its addition count as two), in registers only; empty
     * if the backend has no products of bytes.
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

    /** Stops the threads and frees its own memory. */
    @Override
    public void close() {
        crew.close();
        arena.close();
    }
}
