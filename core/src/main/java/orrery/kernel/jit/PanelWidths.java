package orrery.kernel.jit;

/**
 * How many panels a product multiplies together, and how far ahead it prefetches weights. These depend on the
 * processor, and do not affect results.
 *
 * @param one panels for one row of activations: the number of memory streams read at once
 * @param many panels for more rows; each of them reuses the broadcast activations
 * @param aheadOfOne prefetch distance in bytes for one row; 0 leaves prefetching to the processor
 */
record PanelWidths(int one, int many, int aheadOfOne) {
    /** Zen 5; families 23 and 25 are its predecessors. */
    private static final int ZEN_5 = 26;

    /**
     * The best values measured. On Zen 4, one long stream was faster than two or four, and prefetching cost up to 5 %
     * when memory was fast; on Zen 5, prefetching 2 KiB ahead helped formats that take some work to decode, and hurt
     * the others. No Intel processor was measured.
     */
    static PanelWidths of(Tier tier, Processor processor, PanelFormat format) {
        boolean asks = processor.isAmd() && processor.family() >= ZEN_5 && format.headBytes() > 0;
        // With sixteen registers, six rows leave room for one panel.
        return new PanelWidths(1, tier.registers() > 16 ? 2 : 1, asks ? 2048 : 0);
    }

    int panels(int rows) {
        return rows == 1 ? one : many;
    }

    int ahead(int rows) {
        return rows == 1 ? aheadOfOne : 0;
    }
}
