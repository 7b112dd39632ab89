package orrery.kernel.jit;

import org.jspecify.annotations.Nullable;
import orrery.tensor.KvType;

/** Products of any number of rows of floats with rows of another matrix ({@link DotTileWriter}). */
final class DotTiles {
    private final Tier tier;
    private final CodeStore store;
    private final KvType type;
    private final int mostRows;
    private final @Nullable NativeFunction[] single;
    private final @Nullable NativeFunction[] several;

    /** For rows with elements of a type. */
    DotTiles(Tier tier, CodeStore store, KvType type) {
        this.tier = tier;
        this.store = store;
        this.type = type;
        mostRows = DotTileWriter.mostRows(tier);
        single = new NativeFunction[mostRows + 1];
        several = new NativeFunction[mostRows + 1];
    }

    boolean is(KvType otherType) {
        return type == otherType;
    }

    /** {@code c = a b^T}, strides in bytes, {@code c} {@code [rows, others]}; on any thread. */
    void multiply(long a, long aStride, long b, long bStride, long c, long cStride, long depth, int rows, int others) {
        for (int other = 0; other < others; ) {
            int taken = others - other >= DotTileWriter.OTHERS ? DotTileWriter.OTHERS : 1;
            long at = b + other * bStride;
            long to = c + (long) Float.BYTES * other;
            int whole = rows / mostRows;
            int left = rows % mostRows;
            int before = rows - left;
            if (whole > 0) {
                function(mostRows, taken).call(a, aStride, at, bStride, to, cStride, depth, whole);
            }
            if (left > 0) {
                function(left, taken)
                        .call(a + before * aStride, aStride, at, bStride, to + before * cStride, cStride, depth, 1);
            }
            other += taken;
        }
    }

    private NativeFunction function(int rows, int others) {
        // A record, so other threads see it completely or not at all.
        var written = (others == 1 ? single : several)[rows];
        return written != null ? written : write(rows, others);
    }

    private synchronized NativeFunction write(int rows, int others) {
        var functions = others == 1 ? single : several;
        var written = functions[rows];
        if (written == null) {
            written = store.add(DotTileWriter.write(tier, new DotTileWriter.Shape(type, rows, others)));
            functions[rows] = written;
        }
        return written;
    }
}
