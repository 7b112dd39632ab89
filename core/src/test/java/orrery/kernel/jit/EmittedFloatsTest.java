package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static orrery.kernel.jit.RandomFloats.FLOAT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.kernel.Elements;
import orrery.kernel.Kernels;
import orrery.kernel.jit.RandomFloats.Form;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Products with float weights on every tier that this processor has: against sums in double, and bit by bit against
 * each row alone. All memory ends at an inaccessible page.
 */
final class EmittedFloatsTest {
    private static final int[] ROWS = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 25, 43, 49, 63
    };

    private final RandomFloats random = new RandomFloats(new SplittableRandom(43));

    static Stream<Arguments> tiersAndForms() {
        return Tiers.ofThisMachine().stream()
                .flatMap(tier -> Stream.concat(Form.all(), roundedForms(tier)).map(form -> Arguments.of(tier, form)));
    }

    private static Stream<Form> roundedForms(Tier tier) {
        return tier.missingForBf16(Processor.ofThisMachine()).isEmpty()
                ? Stream.of(new Form(DType.BF16, Matrix.Layout.OUT_IN, false, true))
                : Stream.empty();
    }

    private static Kernels kernels(Tier tier, Form form) {
        return new JitKernels(tier, later(), Backend.named("scalar").unchecked(new Backend.Options(1)), form.rounded());
    }

    /** This processor as a newer one, for which panels are made of all weights: results do not depend on that. */
    private static Processor later() {
        var here = Processor.ofThisMachine();
        return new Processor(here.vendor(), here.family() + 100, here.model(), here.features(), here.caches());
    }

    private static Tensor nothing(GuardedMemory memory, int rows, int columns) {
        return new Tensor(DType.F32, Shape.of(rows, columns), memory.allocate(4L * rows * columns));
    }

    private static void assertProduct(Tensor out, Tensor x, Matrix weight, int rows, Form form, String what) {
        float[] row = new float[weight.columns()];
        for (int o = 0; o < weight.rows(); o++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = Elements.of(weight.data(), weight.dtype(), weight.index(o, i)) * weight.scale(o, i);
            }
            for (int r = 0; r < rows; r++) {
                double sum = 0;
                double sizes = 0;
                for (int i = 0; i < row.length; i++) {
                    double term = (double) row[i] * form.given(x.data().get(FLOAT, 4L * ((long) r * row.length + i)));
                    sum += term;
                    sizes += Math.abs(term);
                }
                float found = out.data().get(FLOAT, 4L * ((long) r * weight.rows() + o));
                assertThat(Math.abs(found - sum) <= 1e-6 * sizes)
                        .as("%s, row %d, output %d: %s, expected %s of %s", what, r, o, found, sum, sizes)
                        .isTrue();
            }
        }
    }

    /** Multiplies every number of rows together, and each row alone. */
    private void assertRows(Kernels kernels, GuardedMemory memory, Form form, int outputs, int inputs, int... counts) {
        int most = counts[counts.length - 1];
        var weight = random.weights(memory, form, outputs, inputs, 1);
        var prepared = kernels.prepare(weight);
        assertThat(prepared.packed()).isFalse();
        assertThat(prepared.owner()).isSameAs(kernels);
        var x = random.tensor(memory, most, inputs);
        var alone = nothing(memory, most, outputs);
        for (int r = 0; r < most; r++) {
            kernels.matmul(alone.rows(r, 1), x.rows(r, 1), prepared, 1);
        }
        String shape = form + " [" + outputs + ", " + inputs + "]";
        assertProduct(alone, x, weight, most, form, shape);
        for (int rows : counts) {
            var together = nothing(memory, rows, outputs);
            kernels.matmul(together, x, prepared, rows);
            assertThat(together.data().mismatch(alone.rows(0, rows).data()))
                    .as("%s, %d rows: the first byte that differs from rows alone", shape, rows)
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("tiersAndForms")
    void rowsAreRightAndTheSameBitsAloneAndTogether(Tier tier, Form form) {
        try (var kernels = kernels(tier, form)) {
            for (int[] shape : new int[][] {{65, 100}, {33, 257}, {7, 16}, {1, 7}, {257, 17}, {16, 1}, {31, 255}}) {
                try (var memory = new GuardedMemory()) {
                    assertRows(kernels, memory, form, shape[0], shape[1], ROWS);
                }
            }
        }
    }

    /** Every remainder of the inputs and of the outputs in the last vector. */
    @ParameterizedTest
    @MethodSource("tiersAndForms")
    void everyRemainderIsRight(Tier tier, Form form) {
        try (var kernels = kernels(tier, form)) {
            for (int size = 1; size <= 33; size++) {
                try (var memory = new GuardedMemory()) {
                    assertRows(kernels, memory, form, size, 67 - size, 1, 3, 14);
                    assertRows(kernels, memory, form, 34 - size, size, 2, 5, 15);
                }
            }
        }
    }

    /** Larger than a part, a panel, or a run of rows. */
    @ParameterizedTest
    @MethodSource("tiersAndForms")
    void largeMatricesAreRight(Tier tier, Form form) {
        try (var kernels = kernels(tier, form);
                var memory = new GuardedMemory()) {
            assertRows(kernels, memory, form, 1029, 300, 1, 4, 13);
            assertRows(kernels, memory, form, 4133, 20, 1, 3, 26);
            assertRows(kernels, memory, form, 70, 4099, 1, 2, 50);
        }
    }

    /** NaN and infinities have the same effect on their row and their output as in a sum. */
    @ParameterizedTest
    @MethodSource("tiersAndForms")
    void whatIsNoNumberStaysWhereItBelongs(Tier tier, Form form) {
        int outputs = 41;
        int inputs = 83;
        try (var kernels = kernels(tier, form);
                var memory = new GuardedMemory()) {
            var weight = random.weights(
                    memory, new Form(form.dtype(), form.layout(), false, form.rounded()), outputs, inputs, 1);
            for (int at : new int[] {0, 5, 40, 79, 80, inputs - 1}) {
                long index = weight.index(at % outputs, at);
                if (form.dtype() == DType.F8_E4M3) {
                    weight.data().set(ValueLayout.JAVA_BYTE, index, (byte) (at % 2 == 0 ? 0x7f : 0xff));
                } else {
                    RandomFloats.set(
                            weight.data(), form.dtype(), index, at % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY);
                }
            }
            for (int rows : new int[] {1, 2, 6, 12, 13, 20, 50}) {
                var x = random.tensor(memory, rows, inputs);
                x.data().set(FLOAT, 4L * ((rows - 1) * inputs + 17), Float.POSITIVE_INFINITY);
                var out = nothing(memory, rows, outputs);
                kernels.matmul(out, x, kernels.prepare(weight), rows);
                for (int r = 0; r < rows; r++) {
                    for (int o = 0; o < outputs; o++) {
                        double sum = 0;
                        for (int i = 0; i < inputs; i++) {
                            sum += (double) Elements.of(weight.data(), weight.dtype(), weight.index(o, i))
                                    * form.given(x.data().get(FLOAT, 4L * ((long) r * inputs + i)));
                        }
                        float found = out.data().get(FLOAT, 4L * ((long) r * outputs + o));
                        if (Double.isFinite(sum)) {
                            assertThat(found).isCloseTo((float) sum, org.assertj.core.data.Offset.offset(1e-4f));
                        } else {
                            assertThat(Double.compare(found, sum))
                                    .as("%s, %d rows, row %d, output %d: %s and %s", form, rows, r, o, found, sum)
                                    .isZero();
                        }
                    }
                }
            }
        }
    }

    /** Heads that lie side by side, and experts that rows are routed to: the same bits as separate products. */
    @ParameterizedTest
    @MethodSource("tiersAndForms")
    void headsAndExpertsAreTheSameBitsAsProductsAlone(Tier tier, Form form) {
        int outputs = 24;
        int inputs = 40;
        int heads = 5;
        try (var kernels = kernels(tier, form);
                var memory = new GuardedMemory()) {
            var weights = Stream.generate(
                            () -> kernels.prepareInPlace(random.weights(memory, form, outputs, inputs, 1)))
                    .limit(heads)
                    .toList();
            for (int rows : new int[] {1, 5, 14, 61}) {
                var x = random.tensor(memory, rows, heads * inputs);
                var out = nothing(memory, rows, heads * outputs);
                kernels.matmulHeads(out, outputs, x, inputs, weights, rows);
                for (int r = 0; r < rows; r++) {
                    for (int head = 0; head < heads; head++) {
                        var one = alone(kernels, memory, weights.get(head), row(x, r, head * inputs, inputs));
                        assertThat(row(out, r, head * outputs, outputs).mismatch(one))
                                .as("%d rows, row %d, head %d", rows, r, head)
                                .isEqualTo(-1);
                    }
                }
                int[] chosen = new int[rows];
                for (int r = 0; r < rows; r++) {
                    chosen[r] = r * heads / rows;
                }
                var narrow = random.tensor(memory, rows, inputs);
                var first = nothing(memory, rows, outputs);
                var second = nothing(memory, rows, outputs);
                kernels.matmulPairs(first, second, narrow, weights, weights.reversed(), chosen, rows);
                for (int r = 0; r < rows; r++) {
                    var given = row(narrow, r, 0, inputs);
                    assertThat(row(first, r, 0, outputs)
                                    .mismatch(alone(kernels, memory, weights.get(chosen[r]), given)))
                            .isEqualTo(-1);
                    assertThat(row(second, r, 0, outputs)
                                    .mismatch(alone(
                                            kernels, memory, weights.reversed().get(chosen[r]), given)))
                            .isEqualTo(-1);
                }
            }
        }
    }

    private static MemorySegment row(Tensor x, int row, int from, int count) {
        return x.data().asSlice(4 * (row * x.columns() + from), 4L * count);
    }

    private static MemorySegment alone(
            Kernels kernels, GuardedMemory memory, orrery.kernel.Weight weight, MemorySegment row) {
        var x = new Tensor(DType.F32, Shape.of(1, row.byteSize() / 4), row);
        var out = nothing(memory, 1, weight.outputs());
        kernels.matmul(out, x, weight, 1);
        return out.data();
    }

    /** A product without inputs is 0; one without rows or outputs does nothing. */
    @ParameterizedTest
    @MethodSource("tiersAndForms")
    void nothingIsMultipliedToZero(Tier tier, Form form) {
        try (var kernels = kernels(tier, form);
                var memory = new GuardedMemory()) {
            for (int rows : new int[] {0, 1, 5, 20}) {
                var out = random.tensor(memory, rows, 9);
                var weight = new Matrix(form.dtype(), 9, 0, form.layout(), 9, memory.allocate(0));
                kernels.matmul(out, nothing(memory, rows, 0), kernels.prepare(weight), rows);
                for (int i = 0; i < rows * 9; i++) {
                    assertThat(out.data().get(FLOAT, 4L * i)).isZero();
                }
                var none = new Matrix(form.dtype(), 0, 9, form.layout(), 9, memory.allocate(0));
                kernels.matmul(nothing(memory, rows, 0), random.tensor(memory, rows, 9), kernels.prepare(none), rows);
            }
        }
    }

    /** Also where panels are not made of halves. */
    @ParameterizedTest
    @MethodSource("tiersAndForms")
    void anyThreadsAndProcessorsGiveTheSameBits(Tier tier, Form form) {
        try (var memory = new GuardedMemory();
                var one = kernels(tier, form);
                var three = new JitKernels(tier, Processor.ofThisMachine(), vector(3), form.rounded())) {
            var weight = random.weights(memory, form, 700, 130, 1);
            for (int rows : List.of(1, 8, 70)) {
                var x = random.tensor(memory, rows, 130);
                var expected = nothing(memory, rows, 700);
                var found = nothing(memory, rows, 700);
                one.matmul(expected, x, one.prepare(weight), rows);
                three.matmul(found, x, three.prepare(weight), rows);
                assertThat(found.data().mismatch(expected.data())).isEqualTo(-1);
            }
        }
    }

    private static Kernels vector(int threads) {
        return Backend.named("vector").unchecked(new Backend.Options(threads));
    }
}
