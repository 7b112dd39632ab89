package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import orrery.spec.Activation;
import orrery.spec.Experts;
import orrery.spec.Experts.Router.GroupScore;
import orrery.spec.Experts.Router.Groups;
import orrery.spec.Experts.Router.Scoring;
import orrery.spec.Experts.Router.Target;
import orrery.spec.FeedForward;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

class RouterTest {
    private static Experts experts(int count, int active, Experts.Router router) {
        return new Experts(count, active, new FeedForward(4, Activation.SILU), router, Optional.empty());
    }

    private static Routing route(Experts spec, float[] bias, float[]... rows) {
        try (var arena = Arena.ofConfined()) {
            var logits = Tensor.zeros(arena, DType.F32, rows.length, spec.count());
            for (int r = 0; r < rows.length; r++) {
                for (int e = 0; e < spec.count(); e++) {
                    logits.data().setAtIndex(ValueLayout.JAVA_FLOAT, (long) r * spec.count() + e, rows[r][e]);
                }
            }
            var routing = new Routing(rows.length, spec.count(), spec.active());
            new Router(spec, tensor(arena, bias)).route(routing, logits, rows.length);
            return routing;
        }
    }

    private static Optional<Tensor> tensor(Arena arena, float[] bias) {
        if (bias.length == 0) {
            return Optional.empty();
        }
        var tensor = Tensor.zeros(arena, DType.F32, 1, bias.length);
        MemorySegment.copy(bias, 0, tensor.data(), ValueLayout.JAVA_FLOAT, 0, bias.length);
        return Optional.of(tensor);
    }

    private static float weight(Routing routing, int expert, int index) {
        return routing.weights()[routing.start(expert) + index];
    }

    @Test
    void softmaxRunsOverAllExpertsBeforeTheChoice() {
        float[] logits = {(float) Math.log(1), (float) Math.log(2), (float) Math.log(5), (float) Math.log(2)};
        var plain = route(experts(4, 2, Experts.Router.softmax(false)), new float[0], logits);
        assertThat(plain.chosen(0, 0)).isEqualTo(2);
        // Of two equal scores the lower index wins.
        assertThat(plain.chosen(0, 1)).isEqualTo(1);
        assertThat(weight(plain, 2, 0)).isCloseTo(0.5f, within(1e-6f));
        assertThat(weight(plain, 1, 0)).isCloseTo(0.2f, within(1e-6f));
        var normalised = route(experts(4, 2, Experts.Router.softmax(true)), new float[0], logits);
        assertThat(weight(normalised, 2, 0)).isCloseTo(5f / 7, within(1e-6f));
    }

    @Test
    void theBiasOnlyChooses() {
        var router = new Experts.Router(Scoring.SIGMOID, true, true, 2.5, Groups.ALL, Target.OUTPUT);
        var routing = route(experts(3, 2, router), new float[] {0, 10, 0}, new float[] {0, -3, 1});
        assertThat(routing.chosen(0, 0)).isEqualTo(1);
        double first = 1 / (1 + Math.exp(3));
        double second = 1 / (1 + Math.exp(-1));
        assertThat(weight(routing, 1, 0)).isCloseTo((float) (2.5 * first / (first + second)), within(1e-6f));
        assertThat(weight(routing, 2, 0)).isCloseTo((float) (2.5 * second / (first + second)), within(1e-6f));
    }

    @Test
    void droppedGroupsAreNeverChosenThoughKeptScoresAreNegative() {
        var groups = new Groups.Best(2, 1, GroupScore.TOP_TWO_SUM);
        var router = new Experts.Router(Scoring.SIGMOID, true, false, 1, groups, Target.OUTPUT);
        // Biased scores: about -0.5, -0.5 | -0.4, -9: the first group has the better two.
        var routing = route(experts(4, 2, router), new float[] {-1, -1, -0.9f, -9.5f}, new float[] {0, 0, 0, 0});
        assertThat(new int[] {routing.chosen(0, 0), routing.chosen(0, 1)}).containsExactly(0, 1);
    }

    @Test
    void groupsOfV2AreAsGoodAsTheirBest() {
        var groups = new Groups.Best(3, 1, GroupScore.MAXIMUM);
        var router = new Experts.Router(Scoring.SOFTMAX, false, false, 16, groups, Target.OUTPUT);
        var routing = route(experts(6, 2, router), new float[0], new float[] {3, 3, 4, -9, 3.5f, 3.5f});
        assertThat(new int[] {routing.chosen(0, 0), routing.chosen(0, 1)}).containsExactly(2, 3);
    }

    @Test
    void rowsOfAnExpertLieTogetherAndAscend() {
        var spec = experts(3, 1, Experts.Router.softmax(true));
        var routing = route(
                spec, new float[0], new float[] {0, 0, 9}, new float[] {9, 0, 0}, new float[] {0, 0, 9}, new float[] {
                    0, 0, 8
                });
        assertThat(routing.rowsOf(0)).isEqualTo(1);
        assertThat(routing.rowsOf(1)).isZero();
        assertThat(routing.rowsOf(2)).isEqualTo(3);
        assertThat(routing.rows()).startsWith(1, 0, 2, 3);
        assertThat(routing.start(2)).isEqualTo(1);
    }
}
