package orrery.kernel.jit;

import orrery.tensor.DType;

/** Products for Arm processors. The shapes were chosen to fit into 32 registers; nothing was measured. */
record ArmProducts(ArmTier tier) implements ProductCode {
    /** With four rows, two panels fit into the registers in every format. */
    private static final int PANELS = 2;

    private static final int ROWS = 4;

    @Override
    public String name() {
        return tier.name().replace('_', '-');
    }

    @Override
    public Tiles tiles() {
        return new Tiles(ROWS);
    }

    @Override
    public PanelLayout layout(PanelFormat format) {
        return PanelLayout.of(format, tier);
    }

    @Override
    public PanelWidths widths(PanelFormat format) {
        return new PanelWidths(PANELS, PANELS, 0);
    }

    @Override
    public NativeFunction product(PanelLayout layout, ProductWriter.Shape shape, CodeStore store) {
        return store.add(ArmProductWriter.write(tier, layout, shape));
    }

    @Override
    public NativeFunction rounding(CodeStore store) {
        return store.add(ArmRoundingWriter.write());
    }

    @Override
    public PackingCode packing(DType dtype, PanelLayout layout, CodeStore store) {
        return new PlainPacking(dtype, layout);
    }

    @Override
    public boolean packsAnew() {
        return false;
    }
}
