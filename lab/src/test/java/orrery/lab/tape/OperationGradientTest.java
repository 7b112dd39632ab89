package orrery.lab.tape;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.spec.Activation;
import orrery.spec.Position;

/** The gradient of every operation that dense models have, by every element, at awkward sizes. */
final class OperationGradientTest {

    @Test
    void ofALookup() {
        new OperationRig().weight("table", 1, 5, 7).check(4, run -> {
            var out = run.kernels().allocate(4, 7);
            // One row is looked up twice, some are not.
            run.kernels().embed(out, run.matrix("table", 0), new int[] {3, 1, 3, 0}, 1.5f, 4);
            return out;
        });
    }

    @Test
    void ofLearnedPositions() {
        new OperationRig().input(3, 7).weight("table", 1, 5, 7).check(3, run -> {
            run.kernels().addEmbedding(run.input(0), run.matrix("table", 0), new int[] {4, 4, 2}, 3);
            return run.input(0);
        });
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,13,13", "2,21,7", "9,40,8"})
    void ofRmsNorm(int rows, int columns, int size) {
        new OperationRig().input(rows, columns).weight("gain", 1, size).check(rows, run -> {
            var out = run.kernels().allocate(rows, columns);
            run.kernels().rmsNorm(out, run.input(0), run.vector("gain"), 1e-2, rows);
            return out;
        });
    }

    @Test
    void ofRmsNormInPlace() {
        new OperationRig().input(5, 14).weight("gain", 1, 7).check(5, run -> {
            run.kernels().rmsNorm(run.input(0), run.input(0), run.vector("gain"), 1e-6, 5);
            return run.input(0);
        });
    }

    @ParameterizedTest
    @CsvSource({"3,13", "9,40", "2,5"})
    void ofLayerNorm(int rows, int columns) {
        new OperationRig()
                .input(rows, columns)
                .weight("gain", 1, columns)
                .weight("bias", 1, columns)
                .check(rows, run -> {
                    run.kernels()
                            .layerNorm(run.input(0), run.input(0), run.vector("gain"), run.vector("bias"), 1e-5, rows);
                    return run.input(0);
                });
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "1,9,5", "7,33,17", "19,8,65", "3,130,2"})
    void ofAProduct(int rows, int inputs, int outputs) {
        new OperationRig().input(rows, inputs).weight("w", 1, outputs, inputs).check(rows, run -> {
            var out = run.kernels().allocate(rows, outputs);
            run.kernels().matmul(out, run.input(0), run.weight("w"), rows);
            return out;
        });
    }

    /** Latent attention's up-projections are read both ways round, GPT-2's are stored the other way round. */
    @Test
    void ofAProductWithATransposedWeight() {
        new OperationRig().input(6, 5).weight("w", 1, 5, 11).check(6, run -> {
            var out = run.kernels().allocate(6, 11);
            var weight = run.kernels().prepare(run.matrix("w", 0).transposed());
            run.kernels().matmul(out, run.input(0), weight, 6);
            return out;
        });
    }

    @Test
    void ofAProductWithAPartOfAWeight() {
        new OperationRig().input(6, 11).weight("w", 1, 9, 11).check(6, run -> {
            var out = run.kernels().allocate(6, 4);
            run.kernels()
                    .matmul(
                            out,
                            run.input(0),
                            run.kernels().prepare(run.matrix("w", 0).outputs(3, 4)),
                            6);
            return out;
        });
    }

    @Test
    void ofAProductWithSomeInputsOfAWeight() {
        new OperationRig().input(6, 4).weight("w", 1, 9, 11).check(6, run -> {
            var out = run.kernels().allocate(6, 9);
            run.kernels()
                    .matmul(
                            out,
                            run.input(0),
                            run.kernels().prepare(run.matrix("w", 0).inputs(3, 4)),
                            6);
            return out;
        });
    }

    @Test
    void ofAWeightThatIsUsedTwice() {
        new OperationRig().weight("w", 1, 9, 11).check(3, run -> {
            var kernels = run.kernels();
            var embedded = kernels.allocate(3, 11);
            kernels.embed(embedded, run.matrix("w", 0), new int[] {8, 0, 8}, 1, 3);
            var out = kernels.allocate(3, 9);
            kernels.matmul(out, embedded, run.weight("w"), 3);
            return out;
        });
    }

    @Test
    void ofSeveralProductsOfTheSameRows() {
        new OperationRig().input(4, 9).weight("a", 1, 5, 9).weight("b", 1, 5, 9).check(4, run -> {
            var first = run.kernels().allocate(4, 5);
            var second = run.kernels().allocate(4, 5);
            run.kernels().matmulAll(List.of(first, second), run.input(0), List.of(run.weight("a"), run.weight("b")), 4);
            run.kernels().add(first, second, 4);
            return first;
        });
    }

    @Test
    void ofABias() {
        new OperationRig().input(6, 37).weight("bias", 1, 37).check(6, run -> {
            run.kernels().addBias(run.input(0), run.vector("bias"), 6);
            return run.input(0);
        });
    }

    @ParameterizedTest
    @EnumSource(Position.Pairing.class)
    void ofRope(Position.Pairing pairing) {
        new OperationRig().input(4, 22).check(4, run -> {
            var angles = run.kernels().allocate(4, 6);
            run.kernels().angles(angles, new float[] {1, 0.3f, 0.01f}, 1.3f, new int[] {0, 5, 2, 40}, 4);
            run.kernels().rope(run.input(0), angles, 11, 3, pairing, 4);
            return run.input(0);
        });
    }

    @Test
    void ofRopeWhoseAnglesAreMadeAnew() {
        new OperationRig().input(2, 8).check(2, run -> {
            var angles = run.kernels().allocate(2, 8);
            var frequencies = new float[] {1, 0.3f, 0.1f, 0.01f};
            for (int position = 1; position < 4; position++) {
                run.kernels().angles(angles, frequencies, 1, new int[] {position, 7 * position}, 2);
                run.kernels().rope(run.input(0), angles, 8, 0, Position.Pairing.HALVES, 2);
            }
            return run.input(0);
        });
    }

    @Test
    void ofATemperature() {
        new OperationRig().input(3, 7).check(3, run -> {
            run.kernels().scaleRows(run.input(0), new float[] {1.5f, -2, 0.25f}, 3);
            return run.input(0);
        });
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void ofAnActivation(Activation activation) {
        new OperationRig().input(5, 17).check(5, run -> {
            var out = run.kernels().allocate(5, 17);
            run.kernels().activate(out, run.input(0), activation, 5);
            return out;
        });
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void ofAGateThatOverwritesWhatItOpens(Activation activation) {
        new OperationRig().input(5, 17).input(5, 17).check(5, run -> {
            run.kernels().gate(run.input(1), run.input(0), run.input(1), activation, 5);
            return run.input(1);
        });
    }

    @Test
    void ofAGateThatIsOverwritten() {
        new OperationRig().input(5, 17).input(5, 17).check(5, run -> {
            run.kernels().gate(run.input(0), run.input(0), run.input(1), Activation.GELU_TANH, 5);
            return run.input(0);
        });
    }

    @Test
    void ofASoftcap() {
        new OperationRig().input(5, 17).check(5, run -> {
            run.kernels().softcap(run.input(0), 1.7f, 5);
            return run.input(0);
        });
    }

    @Test
    void ofRowsThatAreGathered() {
        new OperationRig().input(6, 5).check(4, run -> {
            var out = run.kernels().allocate(4, 5);
            run.kernels().gatherRows(out, run.input(0), new int[] {5, 0, 2, 2}, 4);
            return out;
        });
    }

    /** A residual stream that is added to, and a buffer that every step of it uses again. */
    @Test
    void ofABufferThatIsUsedAgain() {
        new OperationRig()
                .input(4, 9)
                .weight("a", 1, 9, 9)
                .weight("b", 1, 9, 9)
                .weight("gain", 1, 9)
                .check(4, run -> {
                    var kernels = run.kernels();
                    var shared = kernels.allocate(4, 9);
                    var gain = run.vector("gain");
                    var normed = kernels.allocate(4, 9);
                    for (String path : List.of("a", "b", "a")) {
                        kernels.rmsNorm(normed, run.input(0), gain, 1e-6, 4);
                        kernels.matmul(shared, normed, run.weight(path), 4);
                        kernels.activate(shared, shared, Activation.SILU, 4);
                        kernels.add(run.input(0), shared, 4);
                    }
                    return run.input(0);
                });
    }
}
