package orrery.kernel.jit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;

/** The tiers that tests can run here. */
final class Tiers {
    private Tiers() {}

    /** All that this processor has; if it has none, the test is reported as skipped. */
    static List<Tier> ofThisMachine() {
        assumeTrue(Pages.missing().isEmpty(), () -> Pages.missing().orElse(""));
        var processor = Processor.ofThisMachine();
        var tiers = Arrays.stream(Tier.values())
                .filter(tier -> tier.lacking(processor).isEmpty())
                .toList();
        assumeTrue(!tiers.isEmpty(), "this processor has no tier of machine code");
        return tiers;
    }
}
