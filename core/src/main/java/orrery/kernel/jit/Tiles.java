package orrery.kernel.jit;

/**
 * How rows are shared out among tiles: as few as can be, and all as high as each other or one row higher.
 *
 * @param highest rows of a tile at most: their sums, the weights and what else a product needs have to fit the
 *     registers of the processor
 */
record Tiles(int highest) {
    /** Rows of a tile at most, on any processor. */
    static final int MOST = 6;

    static Tiles of(Tier tier) {
        return new Tiles(
                switch (tier) {
                    case AVX512_VNNI, AVX_VNNI -> MOST;
                    case AVX2 -> 4;
                });
    }

    /** Tiles of so many rows. */
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
