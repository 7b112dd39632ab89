package orrery.lab.tape;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.kernel.Router;
import orrery.kernel.Routing;
import orrery.spec.Activation;
import orrery.spec.Experts;
import orrery.spec.FeedForward;

/** The gradient of every operation of routed experts and latent attention, by every element. */
final class SparseGradientTest {
    private static final int[] CHOSEN = {0, 0, 0, 2, 2};

    @Test
    void ofWhatIsCleared() {
        new OperationRig().input(4, 5).check(4, run -> {
            run.kernels().clear(run.input(0), 2);
            return run.input(0);
        });
    }

    @Test
    void ofRowsThatAreGatheredAndScattered() {
        new OperationRig().input(4, 5).input(4, 5).check(4, run -> {
            var some = run.kernels().allocate(3, 5);
            run.kernels().gather(some, run.input(0), new int[] {9, 3, 0, 3}, 1, 3);
            run.kernels().tanh(some, 3);
            run.kernels().scatter(run.input(1), some, new int[] {9, 0, 2, 0}, 1, 3);
            return run.input(1);
        });
    }

    @Test
    void ofRowsThatAreScatteredByFactors() {
        new OperationRig().input(3, 5).input(4, 5).check(3, run -> {
            var factors = new float[] {9, 0.5f, -2, 0.25f, 3};
            run.kernels().scaleGathered(run.input(1), factors, 1, 2);
            run.kernels().scatterAdd(run.input(0), run.input(1), new int[] {9, 2, 0, 2, 1}, factors, 1, 4);
            return run.input(0);
        });
    }

    @Test
    void ofNarrowRowsBesideOthers() {
        new OperationRig().input(3, 11).input(3, 4).check(3, run -> {
            run.kernels().place(run.input(0), 5, run.input(1), 3);
            return run.input(0);
        });
    }

    @Test
    void ofAPartOfEveryHead() {
        new OperationRig().input(3, 15).input(3, 18).check(3, run -> {
            run.kernels().placeHeads(run.input(0), 5, 2, run.input(1), 6, 1, 3, 3, 3);
            return run.input(0);
        });
    }

    @Test
    void ofOneSmallProductForEachHead() {
        new OperationRig().input(5, 23).input(5, 18).weight("w", 3, 4, 7).check(5, run -> {
            run.kernels().matmulHeads(run.input(1), 6, run.input(0), 8, run.weights("w"), 5);
            return run.input(1);
        });
    }

    @Test
    void ofEachRowThroughAnExpertOfItsOwn() {
        new OperationRig().input(5, 7).weight("w", 3, 4, 7).check(5, run -> {
            var out = run.kernels().allocate(5, 4);
            run.kernels().matmulEach(out, run.input(0), run.weights("w"), CHOSEN, 5);
            return out;
        });
    }

    @Test
    void ofEachRowThroughTwoMatricesOfAnExpert() {
        new OperationRig().input(5, 7).weight("a", 3, 4, 7).weight("b", 3, 4, 7).check(5, run -> {
            var gate = run.kernels().allocate(5, 4);
            var up = run.kernels().allocate(5, 4);
            run.kernels().matmulPairs(gate, up, run.input(0), run.weights("a"), run.weights("b"), CHOSEN, 5);
            run.kernels().gate(up, gate, up, Activation.SILU, 5);
            return up;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofSoftmaxRouting(boolean normalised) {
        routed(Experts.Router.softmax(normalised), false);
    }

    @ParameterizedTest
    @EnumSource(Experts.Router.Target.class)
    void ofSigmoidRouting(Experts.Router.Target target) {
        var router =
                new Experts.Router(Experts.Router.Scoring.SIGMOID, true, true, 2.5, Experts.Router.Groups.ALL, target);
        routed(router, target == Experts.Router.Target.INPUT);
    }

    /** Rows weighted by what a router says of them, before or after a non-linearity. */
    private static void routed(Experts.Router how, boolean weighInput) {
        var spec = new Experts(5, 2, new FeedForward(3, Activation.SILU), how, Optional.empty());
        new OperationRig()
                .input(6, 5)
                .input(6, 4)
                .weight("w", 5, 3, 4)
                .weight("bias", 1, 5)
                .check(6, run -> {
                    var kernels = run.kernels();
                    var routing = new Routing(6, 5, 2);
                    var bias = Optional.of(run.vector("bias")).filter(_ -> how.correctionBias());
                    kernels.route(routing, new Router(spec, bias), run.input(0), 6);
                    var rows = kernels.allocate(12, 4);
                    var results = kernels.allocate(12, 3);
                    var out = kernels.allocate(6, 3);
                    kernels.gather(rows, run.input(1), routing.rows(), 0, 12);
                    if (weighInput) {
                        kernels.scaleGathered(rows, routing.weights(), 0, 12);
                    }
                    kernels.tanh(rows, 12);
                    kernels.matmulEach(results, rows, run.weights("w"), routing.grouped(), 12);
                    kernels.clear(out, 6);
                    var factors = weighInput ? routing.ones() : routing.weights();
                    kernels.scatterAdd(out, results, routing.rows(), factors, 0, 5);
                    // The rest, as experts one after another do it.
                    var rest = kernels.allocate(7, 3);
                    kernels.gather(rest, results, new int[] {5, 6, 7, 8, 9, 10, 11}, 0, 7);
                    kernels.scatterAdd(out, rest, routing.rows(), factors, 5, 7);
                    return out;
                });
    }
}
