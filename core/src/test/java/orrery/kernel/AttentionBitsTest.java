package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.kernel.AttentionRig.Shape;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * A row's attention is the same bits for any other rows in the step, any chunks of its prompt, any pages, and any
 * number of threads. The expected bits are those of one thread that computes the whole prompt at once.
 */
final class AttentionBitsTest {
    /** Longer than a partition, and not a multiple of any size. */
    private static final int LONG = 1067;

    /** Longer than a partition of latent attention. */
    private static final int SHORT = 603;

    private static final int OTHERS = 3;

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    /** The length of the past to test with a shape. */
    private static int length(Shape shape) {
        return shape.latent() || shape.heads().query() > 4 ? SHORT : LONG;
    }

    private static List<Shape> shapes() {
        var few = new Heads(4, 2, 64);
        var many = new Heads(12, 1, 64);
        return List.of(
                new Shape(few, Reach.FULL, 256, KvType.F32),
                new Shape(many, new Reach.Window(300), 64, KvType.F32),
                new Shape(new Heads(4, 2, 24), new Reach.Window(100), 64, KvType.F32),
                new Shape(few, Reach.FULL, 64, KvType.F16),
                new Shape(few, new Reach.Window(400), 128, KvType.BF16),
                new Shape(few, Reach.FULL, 64, KvType.Q8),
                new Shape(few, new Reach.Chunk(1030), 256, KvType.Q8),
                new Shape(new Heads(4, 2, 80), new Reach.Window(400), 64, KvType.Q8),
                new Shape(new Heads(2, 1, 36), 20, false, Reach.FULL, 3, 192, KvType.Q8),
                new Shape(new Heads(2, 1, 24), 40, false, Reach.FULL, 3, 192, KvType.F16),
                new Shape(new Heads(16, 1, 96), 64, true, Reach.FULL, 0, 64, KvType.F32),
                new Shape(new Heads(3, 1, 96), 64, true, Reach.FULL, 0, 128, KvType.Q8),
                new Shape(new Heads(12, 1, 40), 36, true, Reach.FULL, 0, 64, KvType.Q8));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void areThoseOfTheRowAlone(VectorWidths.Opening opening) {
        var alone = new VectorWidths.Opening(opening.backend(), opening.bits(), opening.tier(), 1);
        try (var one = alone.open();
                var kernels = opening.open()) {
            for (var shape : shapes()) {
                var expected = whole(one, shape);
                check(kernels, shape, expected, 1);
                check(kernels, shape, expected, 3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loops", "scalar"})
    void areThoseOfTheRowAloneOnPlainBackends(String backend) {
        try (var kernels = Backend.named(backend).open(new Backend.Options(1))) {
            for (var type : List.of(KvType.F32, KvType.Q8)) {
                var shape = new Shape(new Heads(2, 1, 8), new Reach.Window(400), 64, type);
                check(kernels, shape, whole(kernels, shape), 3);
            }
        }
    }

    private static List<float[]> whole(Kernels kernels, Shape shape) {
        try (var rig = new AttentionRig(kernels, shape, 1, 1)) {
            rig.add(0, 0, length(shape));
            return rig.run();
        }
    }

    private static void check(Kernels kernels, Shape shape, List<float[]> expected, int apart) {
        var random = new SplittableRandom(11);
        int length = length(shape);
        try (var rig = new AttentionRig(kernels, shape, 1 + OTHERS, apart)) {
            var cut = new ArrayList<float[]>();
            int[] lengths = new int[1 + OTHERS];
            while (lengths[0] < length) {
                // Chunks from one row to more than a block, before, between and after rows of other sequences.
                int before = random.nextInt(OTHERS + 1);
                int first = 0;
                for (int sequence = 1; sequence <= OTHERS; sequence++) {
                    if (sequence == 1 + before) {
                        first = lengths[0];
                        lengths[0] = Math.min(length, first + 1 + random.nextInt(random.nextInt(2) == 0 ? 150 : 9));
                        rig.add(0, first, lengths[0]);
                    }
                    int more = random.nextInt(4) == 0 ? 40 : random.nextInt(3);
                    rig.add(sequence, lengths[sequence], lengths[sequence] += more);
                }
                if (before == OTHERS) {
                    first = lengths[0];
                    lengths[0] = Math.min(length, first + 7);
                    rig.add(0, first, lengths[0]);
                }
                int at = rig.firstRowOf(0);
                cut.addAll(rig.run().subList(at, at + lengths[0] - first));
            }
            assertSame(cut, expected, shape + " in pieces among others");
            for (int position : new int[] {0, 1, 63, 64, 100, 255, 256, 511, 512, 513, 1023, 1024, length - 1}) {
                if (position >= length) {
                    continue;
                }
                rig.add(0, position, position + 1);
                assertSame(rig.run(), expected.subList(position, position + 1), shape + " alone at " + position);
            }
        }
    }

    private static void assertSame(List<float[]> actual, List<float[]> expected, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int r = 0; r < expected.size(); r++) {
            int row = r;
            assertThat(bits(actual.get(r))).as(() -> what + ", row " + row).isEqualTo(bits(expected.get(r)));
        }
    }

    private static int[] bits(float[] numbers) {
        var bits = new int[numbers.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(numbers[i]);
        }
        return bits;
    }
}
