package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Plain Java, for systems without the Vector API: measures the peak of plain loops, not of the machine. */
final class PlainProbe implements ProbeLoops {
    private static final float FACTOR = 0.999f;
    private static final int CHAINS = 12;

    @Override
    public long read(MemorySegment memory, long offset, long bytes) {
        var part = memory.asSlice(offset, bytes);
        long apart = bytes / 4;
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (long i = 0; i < apart; i += Long.BYTES) {
            a += part.get(ValueLayout.JAVA_LONG_UNALIGNED, i);
            b += part.get(ValueLayout.JAVA_LONG_UNALIGNED, i + apart);
            c += part.get(ValueLayout.JAVA_LONG_UNALIGNED, i + 2 * apart);
            d += part.get(ValueLayout.JAVA_LONG_UNALIGNED, i + 3 * apart);
        }
        return a + b + c + d;
    }

    @Override
    public float multiply(float seed, int turns) {
        float a = seed;
        float b = seed + 1;
        float c = seed + 2;
        float d = seed + 3;
        float e = seed + 4;
        float f = seed + 5;
        float g = seed + 6;
        float h = seed + 7;
        float i = seed + 8;
        float j = seed + 9;
        float k = seed + 10;
        float l = seed + 11;
        for (int turn = 0; turn < turns; turn++) {
            a = Math.fma(a, FACTOR, seed);
            b = Math.fma(b, FACTOR, seed);
            c = Math.fma(c, FACTOR, seed);
            d = Math.fma(d, FACTOR, seed);
            e = Math.fma(e, FACTOR, seed);
            f = Math.fma(f, FACTOR, seed);
            g = Math.fma(g, FACTOR, seed);
            h = Math.fma(h, FACTOR, seed);
            i = Math.fma(i, FACTOR, seed);
            j = Math.fma(j, FACTOR, seed);
            k = Math.fma(k, FACTOR, seed);
            l = Math.fma(l, FACTOR, seed);
        }
        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    @Override
    public int operationsPerTurn() {
        return 2 * CHAINS;
    }
}
