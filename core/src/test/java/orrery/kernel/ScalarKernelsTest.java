package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orrery.spec.Activation;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Position.Pairing;
import orrery.spec.Reach;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The scalar kernels against numbers computed by hand, or taken from tables. */
final class ScalarKernelsTest {
    private final Kernels kernels = new CheckedKernels(new ScalarKernels());

    @AfterEach
    void close() {
        kernels.close();
    }

    private Tensor row(double... values) {
        var tensor = kernels.allocate(1, values.length);
        for (int i = 0; i < values.length; i++) {
            Elements.set(tensor, 0, i, (float) values[i]);
        }
        return tensor;
    }

    private float[] read(Tensor tensor) {
        var values = new float[(int) tensor.columns()];
        kernels.read(values, tensor, 0);
        return values;
    }

    @Test
    void multipliesInBothLayouts() {
        var stored = row(1, 2, 3, 4, 5, 6).reshape(2, 3);
        var out = kernels.allocate(1, 2);
        kernels.matmul(out, row(1, 10, 100), kernels.prepare(Matrix.of(stored)), 1);
        assertThat(read(out)).containsExactly(321, 654);
        var wide = kernels.allocate(1, 3);
        kernels.matmul(wide, row(1, 10), kernels.prepare(Matrix.ofTransposed(stored)), 1);
        assertThat(read(wide)).containsExactly(41, 52, 63);
    }

    @Test
    void normalisesByHand() {
        var out = kernels.allocate(1, 2);
        kernels.rmsNorm(out, row(3, 4), row(1, 2), 0, 1);
        assertThat(read(out)).containsExactly(new float[] {0.8485281f, 2.2627418f}, within(1e-6f));
        kernels.layerNorm(out, row(1, 3), row(1, 2), row(10, 20), 0, 1);
        assertThat(read(out)).containsExactly(new float[] {9, 22}, within(1e-6f));
    }

    @Test
    void rotatesAQuarterTurnInBothPairings() {
        var angles = row(0, 1, 1, 0);
        var halves = row(1, 2, 3, 4);
        kernels.rope(halves, angles, 4, 0, Pairing.HALVES, 1);
        assertThat(read(halves)).containsExactly(-3, 2, 1, 4);
        var interleaved = row(1, 2, 3, 4);
        kernels.rope(interleaved, angles, 4, 0, Pairing.INTERLEAVED, 1);
        assertThat(read(interleaved)).containsExactly(-2, 1, 3, 4);
    }

    @Test
    void agreesWithTablesOfTheErrorFunction() {
        double[][] table = {
            {0, 0}, {0.5, 0.5204998778130465}, {1, 0.8427007929497149}, {2, 0.9953222650189527}, {3, 0.9999779095030014}
        };
        for (double[] pair : table) {
            assertThat(Activations.erf(pair[0])).isCloseTo(pair[1], within(1e-14));
            assertThat(Activations.erf(-pair[0])).isCloseTo(-pair[1], within(1e-14));
        }
        assertThat(Activations.erf(7)).isEqualTo(1);
        assertThat(Activations.erf(Double.NaN)).isNaN();
    }

    @Test
    void activatesAsPyTorchDoes() {
        var out = kernels.allocate(1, 2);
        kernels.activate(out, row(1, -2), Activation.SILU, 1);
        assertThat(read(out)).containsExactly(new float[] {0.7310586f, -0.2384058f}, within(1e-6f));
        kernels.activate(out, row(1, -2), Activation.GELU_ERF, 1);
        assertThat(read(out)).containsExactly(new float[] {0.8413447f, -0.0455003f}, within(1e-6f));
        kernels.activate(out, row(1, -2), Activation.GELU_TANH, 1);
        assertThat(read(out)).containsExactly(new float[] {0.8411920f, -0.0454023f}, within(1e-6f));
        kernels.gate(out, row(1, -2), row(10, 100), Activation.SILU, 1);
        assertThat(read(out)).containsExactly(new float[] {7.310586f, -23.84058f}, within(1e-4f));
    }

    @Test
    void attendsToTwoPositionsByHand() {
        var spec = new CacheSpec.PerToken(1, 1, 1, Reach.FULL);
        try (var cache = new KvCache(List.of(spec), 1, 2)) {
            var table = new PageTable();
            table.append(cache.take(0));
            table.append(cache.take(0));
            var step = new Step(2);
            int sequence = step.addSequence(new PageTable[] {table});
            step.add(sequence, 0, 0, false);
            step.add(sequence, 0, 1, true);
            var query = row(1, 1).reshape(2, 1);
            var key = row(0, Math.log(3)).reshape(2, 1);
            var value = row(4, 8).reshape(2, 1);
            var out = kernels.allocate(2, 1);
            kernels.attend(
                    out, query, key, value, cache, 0, new Attention(new Heads(1, 1, 1), 1, Reach.FULL, 1f, 0f), step);
            // Weights 1/4 and 3/4.
            assertThat(read(out.reshape(1, 2))).containsExactly(new float[] {4, 7}, within(1e-6f));
        }
    }
}
