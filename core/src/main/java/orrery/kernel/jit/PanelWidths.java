package orrery.kernel.jit;

/**
 * How many panels a product takes side by side, and how far ahead of it weights are asked for: what depends on the
 * processor, and has no influence on results.
 *
 * @param one panels for one row of activations: streams of memory that are read at once
 * @param many panels for more rows, each of which is a use of the activations that were spread
 * @param aheadOfOne bytes for one row; 0 leaves it to the processor
 */
record PanelWidths(int one, int many, int aheadOfOne) {

    static PanelWidths of(Tier tier) {
        return switch (tier) {
            case AVX512_VNNI -> new PanelWidths(1, 2, 4096);
            case AVX_VNNI, AVX2 -> new PanelWidths(1, 1, 4096);
        };
    }

    int panels(int rows) {
        return rows == 1 ? one : many;
    }

    int ahead(int rows) {
        return rows == 1 ? aheadOfOne : 0;
    }
}
