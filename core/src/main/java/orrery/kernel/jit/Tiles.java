package orrery.kernel.jit;

/**
 * How rows are divided into tiles: as few as possible, with heights that differ by at most one row.
 *
 * @param highest the most rows of a tile: their sums, the weights and everything else that a product needs must fit
 *     into the processor's registers
 */
record Tiles(int highest) {
    /** The most rows of a tile, on any processor. */
    static final int MOST = 6;

    static Tiles of(Tier tier) {
        return new Tiles(
                switch (tier) {
                    case AVX512_VNNI, AVX_VNNI -> MOST;
                    case AVX2 -> 4;
                });
    }

    /** Tiles for {@code rows}. */
    int count(int rows) {
        return (rows + highest - 1) / highest;
    }

    /** Rows of a tile; the higher ones come first. */
    int rows(int rows, int tile) {
        int count = count(rows);
        return rows / count + (tile < rows % count ? 1 : 0);
    }

    /** The first row of a tile. */
    int first(int rows, int tile) {
        int count = count(rows);
        return tile * (rows / count) + Math.min(tile, rows % count);
    }

    /** The tile of a row. */
    int of(int rows, int row) {
        int count = count(rows);
        int low = rows / count;
        int inHigher = rows % count * (low + 1);
        return row < inHigher ? row / (low + 1) : rows % count + (row - inHigher) / low;
    }
}
