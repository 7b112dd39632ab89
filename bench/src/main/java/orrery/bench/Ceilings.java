package orrery.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.function.LongSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this machine can do at most, with all threads: bytes read from memory a second, and float operations a second without any memory. Both
 * are formulated as the kernels are, in Java on the Vector API, and are meant to be probed between the runs of a kernel, because a shared
 * machine changes from second to second.
 */
public final class Ceilings implements AutoCloseable {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final int FMA_TURNS = 1 << 20;

    private final Crew crew;
    private final int threads;
    private final MemorySegment buffer;
    private final LongSupplier clock;
    private volatile double sink;

    /**
     * Probes with that many threads.
     *
     * @param buffer what is read, much larger than any cache
     * @param clock nanoseconds, of the wall or of the one thread
     */
    public Ceilings(int threads, MemorySegment buffer, LongSupplier clock) {
        this.clock = clock;
        this.threads = threads;
        this.buffer = buffer;
        crew = new Crew(threads);
    }

    /** Bytes a second that all threads together read from memory, over {@code bytes} from an offset of the buffer on. */
    public double bandwidth(long offset, long bytes) {
        long share = bytes / threads / 4096 * 4096;
        long start = clock.getAsLong();
        crew.run(thread -> sink += read(buffer.address() + offset + thread * share, share));
        return share * threads / ((clock.getAsLong() - start) / 1e9);
    }

    private static long read(long address, long bytes) {
        var a = LongVector.zero(LONGS);
        var b = a;
        var c = a;
        var d = a;
        int step = LONGS.vectorByteSize();
        for (long i = 0; i < bytes; i += 4L * step) {
            a = a.add(LongVector.fromMemorySegment(LONGS, ALL, address + i, ByteOrder.LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(LONGS, ALL, address + i + step, ByteOrder.LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(LONGS, ALL, address + i + 2L * step, ByteOrder.LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(LONGS, ALL, address + i + 3L * step, ByteOrder.LITTLE_ENDIAN));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /** Float operations a second (a fused multiply-add counts as two for each lane) of all threads, from registers alone. */
    public double arithmetic() {
        long start = clock.getAsLong();
        crew.run(thread -> sink += multiply(1e-3f * thread));
        double operations = 2.0 * 12 * FLOATS.length() * FMA_TURNS * threads;
        return operations / ((clock.getAsLong() - start) / 1e9);
    }

    // Twelve chains: more than latency times throughput of any core so far.
    private static float multiply(float seed) {
        var x = FloatVector.broadcast(FLOATS, seed);
        var y = FloatVector.broadcast(FLOATS, 0.999f);
        var a = x;
        var b = x.add(1f);
        var c = x.add(2f);
        var d = x.add(3f);
        var e = x.add(4f);
        var f = x.add(5f);
        var g = x.add(6f);
        var h = x.add(7f);
        var i = x.add(8f);
        var j = x.add(9f);
        var k = x.add(10f);
        var l = x.add(11f);
        for (int turn = 0; turn < FMA_TURNS; turn++) {
            a = a.fma(y, x);
            b = b.fma(y, x);
            c = c.fma(y, x);
            d = d.fma(y, x);
            e = e.fma(y, x);
            f = f.fma(y, x);
            g = g.fma(y, x);
            h = h.fma(y, x);
            i = i.fma(y, x);
            j = j.fma(y, x);
            k = k.fma(y, x);
            l = l.fma(y, x);
        }
        return a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l)
                .reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void close() {
        crew.close();
    }

    /** Prints both ceilings, ten times. */
    public static void main(String[] arguments) {
        int threads = Runtime.getRuntime().availableProcessors();
        try (var arena = Arena.ofShared()) {
            var buffer = arena.allocate(1L << 30, 4096).fill((byte) 1);
            try (var ceilings = new Ceilings(threads, buffer, System::nanoTime)) {
                for (int i = 0; i < 10; i++) {
                    System.out.printf(
                            "%d threads: %.1f GB/s, %.0f GFLOP/s%n",
                            threads, ceilings.bandwidth(0, buffer.byteSize()) / 1e9, ceilings.arithmetic() / 1e9);
                }
            }
        }
    }
}
