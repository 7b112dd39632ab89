package orrery.kernel.jit;

import orrery.tensor.DType;

/** Products for x86-64. */
record TierProducts(Tier tier, Processor processor) implements ProductCode {
    @Override
    public String name() {
        return tier.name().replace('_', '-');
    }

    @Override
    public Tiles tiles() {
        return Tiles.of(tier);
    }

    @Override
    public PanelLayout layout(PanelFormat format) {
        return PanelLayout.of(format, tier);
    }

    @Override
    public PanelWidths widths(PanelFormat format) {
        return PanelWidths.of(tier, processor, format);
    }

    @Override
    public NativeFunction product(PanelLayout layout, ProductWriter.Shape shape, CodeStore store) {
        return store.add(ProductWriter.write(tier, layout, shape));
    }

    @Override
    public NativeFunction rounding(CodeStore store) {
        return store.add(RoundingWriter.write());
    }

    @Override
    public PackingCode packing(DType dtype, PanelLayout layout, CodeStore store) {
        return store.add(PackingWriter.write(tier, dtype, layout))::call;
    }

    @Override
    public boolean packsAnew() {
        return true;
    }
}
