package orrery.curve;

import java.util.OptionalDouble;
import orrery.catalog.Catalog;
import orrery.measure.WeightType;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;

/** Scenarios of releases, in bf16 with one sequence. */
final class Samples {
    static final double GIB = 1L << 30;

    private Samples() {}

    static ArchitectureSpec spec(String release) {
        return Catalog.release(release).orElseThrow().spec().withoutDraft();
    }

    static Scenario scenario(String release) {
        return scenario(spec(release), KvType.BF16, 1);
    }

    static Scenario scenario(ArchitectureSpec spec, KvType kvType, int batch) {
        return Scenario.of(spec, "bf16", WeightType.BF16.of(spec), kvType, batch);
    }

    static Machine machine(double bandwidth, double flops, long memory) {
        return new Machine("rig", "rig", bandwidth, OptionalDouble.of(flops), memory, "as given");
    }
}
