package orrery.figures;

import java.util.List;
import java.util.stream.Stream;
import orrery.catalog.Catalog;
import orrery.curve.Scenario;
import orrery.report.WeightTable;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/** Released models. */
final class Models {
    private Models() {}

    static ArchitectureSpec named(String name) {
        return Catalog.describe(name).spec();
    }

    static List<ArchitectureSpec> named(String... names) {
        return Stream.of(names).map(Models::named).toList();
    }

    /** Names with blanks between them. */
    static List<String> names(String all) {
        return List.of(all.split("\\s+"));
    }

    /** Weights and KV cache in bf16, one sequence: how the models of all figures are run. */
    static Scenario inBf16(ArchitectureSpec spec) {
        return Scenario.of(spec, "bf16", WeightTable.storedAs(spec, DType.BF16), KvType.BF16, 1);
    }
}
