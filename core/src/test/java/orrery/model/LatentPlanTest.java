package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.Scores;

class LatentPlanTest {
    /** DeepSeek V3's sizes. */
    private static final Latent SPEC = new Latent(
            128,
            OptionalInt.empty(),
            512,
            128,
            128,
            new Position.Rope(10_000, 64),
            new NormSpec.Rms(1e-6),
            new Scores(0.1),
            false);

    private final LatentPlan plan = new LatentPlan(SPEC, 600);

    @Test
    void aPromptAtOnceIsExpandedAndATokenAfterItIsNot() {
        assertThat(plan.expands(1, 1)).isTrue();
        assertThat(plan.expands(1, 2)).isFalse();
        assertThat(plan.expands(2, 2)).isTrue();
        assertThat(plan.expands(512, 512)).isTrue();
        assertThat(plan.expands(1, 4096)).isFalse();
    }

    @Test
    void onALongPastTheChunkDecides() {
        // 768 multiplications saved for a pair against 131,072 to expand a token: 170.7 rows.
        assertThat(plan.expands(160, 8000)).isFalse();
        assertThat(plan.expands(180, 8000)).isTrue();
        assertThat(plan.expands(500, LatentPlan.MOST_EXPANDED + 1)).isFalse();
    }

    @Test
    void dividesAMixedStepBySequences() {
        var step = new Step(600);
        int prompt = step.addSequence(new PageTable[] {new PageTable()});
        int running = step.addSequence(new PageTable[] {new PageTable()});
        step.add(running, 7, 900, true);
        for (int position = 0; position < 5; position++) {
            step.add(prompt, 1, position, false);
        }
        step.add(running, 8, 901, true);
        plan.divide(step);
        assertThat(plan.allAbsorbed()).isFalse();
        assertThat(plan.segments()).isEqualTo(1);
        assertThat(plan.count(0)).isEqualTo(5);
        assertThat(plan.expandedRows()).startsWith(1, 2, 3, 4, 5);
        assertThat(plan.absorbed().rows()).isEqualTo(2);
        assertThat(plan.absorbedRows()).startsWith(0, 6);
        assertThat(plan.absorbed().positions()).startsWith(900, 901);
    }

    @Test
    void aStepOfSingleTokensIsAbsorbedAsItStands() {
        var step = new Step(4);
        step.add(step.addSequence(new PageTable[] {new PageTable()}), 1, 50, true);
        plan.divide(step);
        assertThat(plan.allAbsorbed()).isTrue();
    }
}
