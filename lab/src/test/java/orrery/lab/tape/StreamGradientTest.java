package orrery.lab.tape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient of every operation of parallel streams, by every element. */
final class StreamGradientTest {

    @Test
    void ofACopyThatIsUsedBesideItsOriginal() {
        new OperationRig().input(3, 7).check(3, run -> {
            var out = run.kernels().allocate(3, 7);
            run.kernels().copy(out, run.input(0), 3);
            run.kernels().tanh(out, 3);
            run.kernels().add(out, run.input(0), 3);
            return out;
        });
    }

    @Test
    void ofAFactor() {
        new OperationRig().input(3, 7).check(3, run -> {
            run.kernels().scale(run.input(0), -0.3f, 3);
            return run.input(0);
        });
    }

    @Test
    void ofRowsThatAreScaledByAColumn() {
        new OperationRig().input(3, 7).input(3, 7).input(3, 4).check(3, run -> {
            run.kernels().addScaled(run.input(0), run.input(1), run.input(2), 2, 3);
            run.kernels().addScaled(run.input(0), run.input(1), run.input(2), 0, 3);
            return run.input(0);
        });
    }

    @Test
    void ofADifference() {
        new OperationRig().input(3, 7).input(3, 7).check(3, run -> {
            run.kernels().subtract(run.input(0), run.input(1), run.input(0), 3);
            return run.input(0);
        });
    }

    @Test
    void ofAProductElementByElement() {
        new OperationRig().input(6, 37).weight("scale", 1, 37).check(6, run -> {
            run.kernels().multiply(run.input(0), run.input(0), run.vector("scale"), 6);
            return run.input(0);
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-5, 100})
    void ofAnotherRowsSize(double floor) {
        new OperationRig().input(3, 11).input(3, 11).check(3, run -> {
            run.kernels().matchSize(run.input(0), run.input(1), floor, 3);
            return run.input(0);
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.5, 0, 1.2, 50})
    void ofCuttingWhatIsSmall(double deviations) {
        new OperationRig().input(5, 41).check(5, run -> {
            run.kernels().cutSmall(run.input(0), deviations, 5);
            return run.input(0);
        });
    }
}
