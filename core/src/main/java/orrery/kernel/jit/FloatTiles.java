package orrery.kernel.jit;

import org.jspecify.annotations.Nullable;

/** Products of any number of rows of floats with rows that lie side by side ({@link FloatTileWriter}). */
final class FloatTiles {
    private final Tier tier;
    private final CodeStore store;
    private final MoveWriter.Operation type;
    private final int columns;
    private final boolean adds;
    private final @Nullable NativeFunction[] functions = new NativeFunction[FloatTileWriter.MOST_ROWS + 1];

    /** See {@link FloatTileWriter.Shape}. */
    FloatTiles(Tier tier, CodeStore store, MoveWriter.Operation type, int columns, boolean adds) {
        this.tier = tier;
        this.store = store;
        this.type = type;
        this.columns = columns;
        this.adds = adds;
    }

    boolean is(MoveWriter.Operation otherType, int otherColumns, boolean otherAdds) {
        return type == otherType && columns == otherColumns && adds == otherAdds;
    }

    /** {@code c (+)= a b}, strides in bytes; on any thread. */
    void multiply(long a, long aStride, long b, long bStride, long c, long cStride, long depth, int rows) {
        int whole = rows / FloatTileWriter.MOST_ROWS;
        int left = rows % FloatTileWriter.MOST_ROWS;
        int before = rows - left;
        if (whole > 0) {
            function(FloatTileWriter.MOST_ROWS).call(a, aStride, b, bStride, c, cStride, depth, whole);
        }
        if (left > 0) {
            function(left).call(a + before * aStride, aStride, b, bStride, c + before * cStride, cStride, depth, 1);
        }
    }

    private NativeFunction function(int rows) {
        // A record: what another thread sees of it is whole.
        var written = functions[rows];
        return written != null ? written : write(rows);
    }

    private synchronized NativeFunction write(int rows) {
        var written = functions[rows];
        if (written == null) {
            written = store.add(FloatTileWriter.write(tier, new FloatTileWriter.Shape(type, columns, adds, rows)));
            functions[rows] = written;
        }
        return written;
    }
}
