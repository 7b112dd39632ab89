package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.kernel.Backend;
import orrery.kernel.Elements;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * A backend that takes the vector kernels' operations and replaces the products of some weights, on the same threads:
 * what a backend of emitted machine code needs. It leaves the products of experts and heads to the vector kernels, in
 * the same model.
 */
final class SecondBackendTest {
    private static final float REFERENCE = 2e-4f;
    private static final int PARTS = 7;

    /** How often the replaced product ran, and how many parts of it. */
    private final AtomicInteger products = new AtomicInteger();

    private final AtomicInteger parts = new AtomicInteger();

    private static final class PlainWeight extends Weight {
        private final Matrix matrix;

        PlainWeight(Kernels owner, Matrix matrix) {
            super(owner, matrix.rows(), matrix.columns());
            this.matrix = matrix;
        }

        @Override
        public boolean packed() {
            return false;
        }

        float element(int out, int in) {
            return Elements.of(matrix.data(), matrix.dtype(), matrix.index(out, in)) * matrix.scale(out, in);
        }
    }

    /** Plain sums for matrices with an even number of outputs, which are most; everything else is the base's. */
    private final class Replacing extends ForwardingKernels {
        Replacing(Kernels base) {
            super(base);
        }

        @Override
        public String description() {
            return "plain sums over " + base().description();
        }

        @Override
        public Weight prepare(Matrix matrix) {
            return prepareInPlace(matrix);
        }

        @Override
        public Weight prepareInPlace(Matrix matrix) {
            return matrix.rows() % 2 == 0 ? new PlainWeight(this, matrix) : base().prepareInPlace(matrix);
        }

        @Override
        public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
            if (!(weight instanceof PlainWeight plain)) {
                base().matmul(out, x, weight, rows);
                return;
            }
            products.incrementAndGet();
            crew().run(
                            (part, _) -> {
                                parts.incrementAndGet();
                                for (int o = part; o < plain.outputs(); o += PARTS) {
                                    for (int r = 0; r < rows; r++) {
                                        row(out, r, o, x, r, 0, plain, o);
                                    }
                                }
                            },
                            PARTS);
        }

        @Override
        public void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
            for (int i = 0; i < outs.size(); i++) {
                matmul(outs.get(i), x, weights.get(i), rows);
            }
        }

        @Override
        public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
            if (!weights.stream().allMatch(PlainWeight.class::isInstance)) {
                base().matmulHeads(out, outStride, x, xStride, weights, rows);
                return;
            }
            for (int h = 0; h < weights.size(); h++) {
                var plain = (PlainWeight) weights.get(h);
                for (int r = 0; r < rows; r++) {
                    for (int o = 0; o < plain.outputs(); o++) {
                        row(out, r, h * outStride + o, x, r, h * xStride, plain, o);
                    }
                }
            }
        }

        @Override
        public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
            if (!weights.stream().allMatch(PlainWeight.class::isInstance)) {
                base().matmulEach(out, x, weights, chosen, count);
                return;
            }
            for (int i = 0; i < count; i++) {
                var plain = (PlainWeight) weights.get(chosen[i]);
                for (int o = 0; o < plain.outputs(); o++) {
                    row(out, i, o, x, i, 0, plain, o);
                }
            }
        }

        @Override
        public void matmulPairs(
                Tensor first,
                Tensor second,
                Tensor x,
                List<Weight> firsts,
                List<Weight> seconds,
                int[] chosen,
                int count) {
            matmulEach(first, x, firsts, chosen, count);
            matmulEach(second, x, seconds, chosen, count);
        }

        private void row(Tensor out, int r, int column, Tensor x, int from, int start, PlainWeight weight, int o) {
            double sum = 0;
            for (int i = 0; i < weight.inputs(); i++) {
                float input = x.data().getAtIndex(ValueLayout.JAVA_FLOAT, from * x.columns() + start + i);
                sum += (double) input * weight.element(o, i);
            }
            out.data().setAtIndex(ValueLayout.JAVA_FLOAT, r * out.columns() + column, (float) sum);
        }
    }

    private final class Second implements Backend {
        private final Backend first;

        Second(String first) {
            this.first = Backend.all().stream()
                    .filter(backend -> backend.name().equals(first))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public String name() {
            return "second";
        }

        @Override
        public int preference() {
            return first.preference() + 1;
        }

        @Override
        public Optional<String> missing() {
            return first.missing();
        }

        @Override
        public Kernels unchecked(Options options) {
            return new Replacing(first.unchecked(options));
        }
    }

    static Stream<Arguments> checkpoints() {
        return Goldens.all().stream()
                .flatMap(checkpoint -> Stream.of("vector", "jit")
                        .map(first ->
                                Arguments.argumentSet(checkpoint.getFileName() + " over " + first, checkpoint, first)));
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void givesTheReferencesLogitsWithProductsOfItsOwn(Path checkpoint, String first) {
        var second = new Second(first);
        assumeTrue(second.missing().isEmpty(), () -> first + " is missing: " + second.missing());
        try (var golden = new Golden(checkpoint);
                var rig = new Rig(checkpoint, second, 4)) {
            rig.sequence().add(golden.prompt(0));
            var logits = rig.run();
            for (int p = 0; p < logits.size(); p++) {
                var expected = golden.row("logits", 0, p);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(logits.get(p)[i])
                            .as("position %d, id %d", p, i)
                            .isCloseTo(expected[i], within(REFERENCE));
                }
            }
            assertThat(rig.decoder.kernels().description()).startsWith("plain sums over ");
            assertThat(products.get()).isPositive();
            assertThat(parts.get()).isEqualTo(PARTS * products.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vector", "jit"})
    void runsItsTasksOnTheThreadsOfTheFirst(String first) {
        var second = new Second(first);
        assumeTrue(second.missing().isEmpty(), () -> first + " is missing: " + second.missing());
        try (var kernels = second.open(new Backend.Options(2))) {
            var names = new ConcurrentSkipListSet<String>();
            var both = new CountDownLatch(2);
            assertThat(kernels.crew().workers()).isEqualTo(2);
            // Each part waits for the other, so that two threads have to take part.
            kernels.crew()
                    .run(
                            (_, worker) -> {
                                names.add(worker + " " + Thread.currentThread().getName());
                                both.countDown();
                                try {
                                    both.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            2);
            assertThat(names).containsExactly("0 " + Thread.currentThread().getName(), "1 orrery-worker-1");
        }
    }
}
