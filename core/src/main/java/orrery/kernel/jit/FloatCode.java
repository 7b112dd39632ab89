package orrery.kernel.jit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The code of products with float weights. Each function is generated on first use, by any thread. */
final class FloatCode {
    private final Tier tier;
    private final CodeStore store;
    private final boolean bf16;
    private final Map<Record, NativeFunction> functions = new HashMap<>();

    FloatCode(Tier tier, CodeStore store, boolean bf16) {
        this.tier = tier;
        this.store = store;
        this.bf16 = bf16;
    }

    Tier tier() {
        return tier;
    }

    /** Whether activations are rounded to BF16 for BF16 weights. */
    boolean rounds() {
        return bf16;
    }

    NativeFunction dot(FloatDotWriter.Shape shape) {
        return function(shape, () -> FloatDotWriter.write(tier, shape));
    }

    NativeFunction rounding(BrainRowWriter.Shape shape) {
        return function(shape, () -> BrainRowWriter.write(tier, shape));
    }

    NativeFunction spread(FloatSpreadWriter.Shape shape) {
        return function(shape, () -> FloatSpreadWriter.write(tier, shape));
    }

    NativeFunction planes(PlaneWriter.Shape shape) {
        return function(shape, () -> PlaneWriter.write(tier, shape));
    }

    NativeFunction widen(WidenWriter.Shape shape) {
        return function(shape, () -> WidenWriter.write(tier, shape));
    }

    NativeFunction tile(PlaneTileWriter.Shape shape) {
        return function(shape, () -> PlaneTileWriter.write(tier, shape));
    }

    private synchronized NativeFunction function(Record shape, Supplier<Assembler> writer) {
        var written = functions.get(shape);
        if (written == null) {
            written = store.add(writer.get());
            functions.put(shape, written);
        }
        return written;
    }
}
