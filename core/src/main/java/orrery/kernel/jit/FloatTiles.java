package orrery.kernel.jit;

import org.jspecify.annotations.Nullable;
import orrery.tensor.KvType;

/** Products of any number of rows of floats with another matrix ({@link FloatTileWriter}). */
final class FloatTiles {
    private final Tier tier;
    private final CodeStore store;
    private final KvType type;
    private final FloatTileWriter.Part part;
    private final int columns;
    private final @Nullable NativeFunction[] functions = new NativeFunction[FloatTileWriter.MOST_ROWS + 1];

    /** See {@link FloatTileWriter.Shape}. */
    FloatTiles(Tier tier, CodeStore store, KvType type, FloatTileWriter.Part part, int columns) {
        this.tier = tier;
        this.store = store;
        this.type = type;
        this.part = part;
        this.columns = columns;
    }

    boolean is(KvType otherType, FloatTileWriter.Part otherPart, int otherColumns) {
        return type == otherType && part == otherPart && columns == otherColumns;
    }

    /**
     * {@code c (+)= a b}, strides in bytes; on any thread.
     *
     * @param factors of the blocks of {@code b}; not read if there are none
     */
    void multiply(
            long a, long aStride, long b, long bStride, long c, long cStride, long depth, int rows, long factors) {
        int whole = rows / FloatTileWriter.MOST_ROWS;
        int left = rows % FloatTileWriter.MOST_ROWS;
        int before = rows - left;
        if (whole > 0) {
            function(FloatTileWriter.MOST_ROWS).call(a, aStride, b, bStride, c, cStride, depth, whole, factors, 0);
        }
        if (left > 0) {
            long from = a + before * aStride;
            long to = c + before * cStride;
            function(left).call(from, aStride, b, bStride, to, cStride, depth, 1, factors, 0);
        }
    }

    private NativeFunction function(int rows) {
        // A record, so other threads see it completely or not at all.
        var written = functions[rows];
        return written != null ? written : write(rows);
    }

    private synchronized NativeFunction write(int rows) {
        var written = functions[rows];
        if (written == null) {
            written = store.add(FloatTileWriter.write(tier, new FloatTileWriter.Shape(type, part, columns, rows)));
            functions[rows] = written;
        }
        return written;
    }
}
