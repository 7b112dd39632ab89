package orrery.kernel.vector;

import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import orrery.kernel.ProbeLoops;

/**
 * The widest loads and multiply-adds that the machine prefers, whatever width the kernels use: the peak is the
 * machine's. See {@link WideTile} for why the API is called directly.
 */
final class VectorProbe implements ProbeLoops {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;

    @Override
    public long read(MemorySegment memory, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, memory.byteSize());
        long sum = sum(OffHeap.address(memory) + offset, bytes / 4);
        Reference.reachabilityFence(memory);
        return sum;
    }

    private static long sum(long first, long apart) {
        var a = LongVector.zero(LONGS);
        var b = a;
        var c = a;
        var d = a;
        long end = first + apart;
        for (long at = first; at < end; at += LONGS.vectorByteSize()) {
            a = a.add(LongVector.fromMemorySegment(LONGS, ALL, at, LITTLE));
            b = b.add(LongVector.fromMemorySegment(LONGS, ALL, at + apart, LITTLE));
            c = c.add(LongVector.fromMemorySegment(LONGS, ALL, at + 2 * apart, LITTLE));
            d = d.add(LongVector.fromMemorySegment(LONGS, ALL, at + 3 * apart, LITTLE));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public float multiply(float seed, int turns) {
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
        for (int turn = 0; turn < turns; turn++) {
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
        var first = a.add(b).add(c).add(d).add(e).add(f);
        return first.add(g).add(h).add(i).add(j).add(k).add(l).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public int operationsPerTurn() {
        return 2 * CHAINS * FLOATS.length();
    }
}
