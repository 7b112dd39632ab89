package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import orrery.format.Safetensors;
import orrery.tensor.Tensor;

/**
 * Proves why one published golden is not held against: its reference ran GPT-1 with a causal mask of random numbers, so that every
 * position saw one other position, the same in every sequence, in most rows a later one.
 */
class DefectiveGoldenTest {
    private static final Path MODEL = Path.of("src/test/resources/goldens/openai-gpt/model.safetensors");
    private static final Path GOLDEN = Path.of("src/test/resources/defective/openai-gpt.golden.safetensors");
    private static final int LAYER = 1;
    private static final int WIDTH = 48;
    private static final int LENGTH = 40;

    private final Map<String, Tensor> weights;
    private final Map<String, Tensor> golden;

    DefectiveGoldenTest() {
        weights = Safetensors.open(MODEL).tensors();
        golden = Safetensors.open(GOLDEN).tensors();
    }

    @Test
    void isTheFileThatTheGoldensTestPassesOver() {
        assertThat(Golden.defect(GOLDEN)).isPresent();
        assertThat(Golden.defect(MODEL.resolveSibling("golden.safetensors"))).isEmpty();
    }

    @Test
    void everyRowOfTheReferenceSawExactlyOnePositionAndOftenALaterOne() {
        int later = 0;
        for (int q = 0; q < LENGTH; q++) {
            int seen = seenBy(0, q);
            assertThat(seen).as("position %d has one explanation", q).isNotNegative();
            assertThat(seenBy(1, q)).as("position %d in the other sequence", q).isEqualTo(seen);
            later += seen > q ? 1 : 0;
        }
        assertThat(later).isGreaterThan(10);
    }

    /** The one position whose value alone, instead of a causal mixture, gives the reference's next hidden state; -1 if none does. */
    private int seenBy(int sequence, int q) {
        for (int k = 0; k < LENGTH; k++) {
            var value = multiply(row("hidden." + LAYER, sequence, k), "attn.c_attn", 2 * WIDTH, WIDTH);
            var sum = add(row("hidden." + LAYER, sequence, q), multiply(value, "attn.c_proj", 0, WIDTH));
            var normed = norm(sum, "ln_1");
            var inner = multiply(normed, "mlp.c_fc", 0, 4 * WIDTH);
            for (int i = 0; i < inner.length; i++) {
                double x = inner[i];
                inner[i] = 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            }
            var next = norm(add(normed, multiply(inner, "mlp.c_proj", 0, WIDTH)), "ln_2");
            if (distance(next, row("hidden." + (LAYER + 1), sequence, q)) < 1e-5) {
                return k;
            }
        }
        return -1;
    }

    private double[] row(String name, int sequence, int position) {
        var row = new double[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            row[i] = at(named(golden, name), ((long) sequence * LENGTH + position) * WIDTH + i);
        }
        return row;
    }

    private static double at(Tensor tensor, long index) {
        return tensor.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    private Tensor weight(String name) {
        return named(weights, "transformer.h." + LAYER + "." + name);
    }

    private static Tensor named(Map<String, Tensor> tensors, String name) {
        return Optional.ofNullable(tensors.get(name))
                .orElseThrow(() -> new IllegalStateException("there is no " + name));
    }

    /** {@code x * weight + bias}, for outputs from {@code first} on; GPT-1 stores its matrices {@code [in, out]}. */
    private double[] multiply(double[] x, String name, int first, int outputs) {
        var matrix = weight(name + ".weight");
        var product = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            product[o] = at(weight(name + ".bias"), first + o);
            for (int i = 0; i < x.length; i++) {
                product[o] += x[i] * at(matrix, i * matrix.columns() + first + o);
            }
        }
        return product;
    }

    private double[] norm(double[] x, String name) {
        double mean = java.util.Arrays.stream(x).average().orElseThrow();
        double variance = java.util.Arrays.stream(x)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow();
        var normed = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            normed[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * at(weight(name + ".weight"), i)
                    + at(weight(name + ".bias"), i);
        }
        return normed;
    }

    private static double[] add(double[] x, double[] y) {
        var sum = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            sum[i] = x[i] + y[i];
        }
        return sum;
    }

    private static double distance(double[] x, double[] y) {
        double most = 0;
        for (int i = 0; i < x.length; i++) {
            most = Math.max(most, Math.abs(x[i] - y[i]));
        }
        return most;
    }
}
