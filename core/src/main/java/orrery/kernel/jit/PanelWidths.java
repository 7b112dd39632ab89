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
    /** Zen 5; families 23 and 25 are its predecessors. */
    private static final int ZEN_5 = 26;

    /**
     * What was measured to be best. On Zen 4 one stream of long runs was faster than two or four, and asking for memory
     * ahead cost up to 5 % where memory was fast; on Zen 5 asking 2 KiB ahead helped those formats that take some work
     * to decode, and hurt the others. No processor of Intel's was measured.
     */
    static PanelWidths of(Tier tier, Processor processor, PanelFormat format) {
        boolean asks = processor.isAmd() && processor.family() >= ZEN_5 && format.headBytes() > 0;
        // With sixteen registers six rows leave room for one panel.
        return new PanelWidths(1, tier.registers() > 16 ? 2 : 1, asks ? 2048 : 0);
    }

    int panels(int rows) {
        return rows == 1 ? one : many;
    }

    int ahead(int rows) {
        return rows == 1 ? aheadOfOne : 0;
    }
}
