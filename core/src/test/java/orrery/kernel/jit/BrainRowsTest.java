package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import orrery.kernel.Backend;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** Rows of floats that are rounded to BF16, and the results of {@code vdpbf16ps} for extreme values. */
final class BrainRowsTest {
    private static final Tier TIER = Tier.AVX512_VNNI;
    private static final int[] EDGES = {
        0,
        0x8000_0000,
        0x3F80_8000, // between two, the lower one even
        0x3F81_8000, // between two, the upper one even
        0x3F80_7FFF,
        0x3F80_8001,
        0x7F7F_7FFF, // the largest that stays finite
        0x7F7F_8000,
        0xFF7F_FFFF,
        0x7F80_0000,
        0xFF80_0000,
        0x7F80_0001, // a signalling NaN that truncation would turn into infinity
        0xFFFF_FFFF,
        0x7FC0_0000,
        0x0080_0000, // the smallest normal number
        0x007F_FFFF,
        0x8000_0001,
        0x0040_0000
    };

    @BeforeEach
    void isThere() {
        assumeTrue(Tiers.ofThisMachine().contains(TIER), "this processor lacks " + TIER);
        var missing = TIER.missingForBf16(Processor.ofThisMachine());
        assumeTrue(missing.isEmpty(), () -> String.valueOf(missing));
    }

    /** By the definition: round to nearest even; subnormals become 0. */
    static float rounded(float x) {
        if (Float.isNaN(x) || Float.isInfinite(x)) {
            return x;
        }
        if (Math.abs(x) < Float.MIN_NORMAL) {
            return Math.copySign(0f, x);
        }
        int down = Float.floatToRawIntBits(x) & 0xFFFF_0000;
        int up = down + 0x1_0000;
        // The next power of two stands for infinity.
        var above = Float.isInfinite(Float.intBitsToFloat(up))
                ? new BigDecimal(2).pow(128).multiply(BigDecimal.valueOf(Math.signum(x)))
                : new BigDecimal(Float.intBitsToFloat(up));
        var below = new BigDecimal(Float.intBitsToFloat(down));
        var exact = new BigDecimal(x);
        int nearer = exact.subtract(below).abs().compareTo(above.subtract(exact).abs());
        boolean isUp = nearer > 0 || (nearer == 0 && (down >> 16 & 1) == 1);
        return Float.intBitsToFloat(isUp ? up : down);
    }

    /** Rows of every length, some of them with gaps, between inaccessible pages. */
    @Test
    void everyFloatIsRoundedToTheNearestAndRowsAreFilledUpWithZeros() {
        var random = new SplittableRandom(5);
        try (var store = new CodeStore();
                var memory = new GuardedMemory()) {
            for (int inputs = 0; inputs < 100; inputs++) {
                int rows = 3;
                int apart = inputs + inputs % 4;
                var x = memory.allocate(4L * (apart * (rows - 1) + inputs));
                long rowBytes = BrainRowWriter.rowBytes(TIER, inputs);
                long outStride = rowBytes + 64;
                var out = memory.allocate(outStride * (rows - 1) + rowBytes);
                out.fill((byte) 0x55);
                for (long at = 0; at < x.byteSize(); at += 4) {
                    int edge = EDGES[random.nextInt(EDGES.length)];
                    x.set(ValueLayout.JAVA_INT_UNALIGNED, at, random.nextBoolean() ? edge : random.nextInt());
                }
                store.add(BrainRowWriter.write(TIER, new BrainRowWriter.Shape(inputs)))
                        .call(x.address(), 4L * apart, out.address(), outStride, rows);
                for (int row = 0; row < rows; row++) {
                    for (int i = 0; 2L * i < rowBytes; i++) {
                        short found = out.get(ValueLayout.JAVA_SHORT_UNALIGNED, row * outStride + 2L * i);
                        float given = i < inputs ? x.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * (row * apart + i)) : 0;
                        // Treats all NaN as equal, and distinguishes -0 from 0.
                        assertThat(Float.floatToIntBits(Float.intBitsToFloat(found << 16)))
                                .as("%d inputs, element %d: %08x", inputs, i, Float.floatToRawIntBits(given))
                                .isEqualTo(Float.floatToIntBits(rounded(given)));
                    }
                    for (long at = rowBytes; row + 1 < rows && at < outStride; at++) {
                        assertThat(out.get(ValueLayout.JAVA_BYTE, row * outStride + at))
                                .isEqualTo((byte) 0x55);
                    }
                }
            }
        }
    }

    /** The instruction treats numbers below 2^-126 as 0 and returns none, for any MXCSR. */
    @Test
    void subnormalWeightsAndSumsCountAsZero() {
        float tiny = 0x1p-100f;
        assertThat(product((short) 0x0040, 0x1p100f)).as("a subnormal weight").isZero();
        assertThat(product((short) (Float.floatToRawIntBits(tiny) >>> 16), 0x1p-40f))
                .as("a subnormal product")
                .isZero();
        assertThat(product((short) 0x0080, 0x1p100f))
                .as("the least normal weight")
                .isEqualTo(0x1p-26f);
    }

    private static float product(short weight, float x) {
        try (var memory = new GuardedMemory();
                var kernels = new JitKernels(
                        TIER,
                        Processor.ofThisMachine(),
                        Backend.named("scalar").unchecked(new Backend.Options(1)),
                        true)) {
            MemorySegment data = memory.allocate(2);
            data.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, weight);
            var given = new Tensor(DType.F32, Shape.of(1, 1), memory.allocate(4));
            given.data().set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, x);
            var out = new Tensor(DType.F32, Shape.of(1, 1), memory.allocate(4));
            kernels.matmul(out, given, kernels.prepare(new Matrix(DType.BF16, 1, 1, Matrix.Layout.OUT_IN, 1, data)), 1);
            return out.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
        }
    }

    /** No code is emitted for a processor or a tier without the instruction. */
    @Test
    void whatTheProcessorLacksIsRefused() {
        var here = Processor.ofThisMachine();
        var features = EnumSet.copyOf(here.features());
        features.remove(Feature.AVX512_BF16);
        var without = new Processor(here.vendor(), here.family(), here.model(), features, here.caches());
        var base = Backend.named("scalar").unchecked(new Backend.Options(1));

        assertThat(TIER.missingForBf16(without))
                .hasValue("this processor (" + here.name() + ") or its system lacks AVX512_BF16");
        assertThat(Tier.AVX2.missingForBf16(here))
                .hasValue("machine code for AVX2 only multiplies floats, expected AVX512_VNNI");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JitKernels(TIER, without, base, true))
                .withMessageContaining("lacks AVX512_BF16");
        assertThatIllegalArgumentException().isThrownBy(() -> new JitKernels(Tier.AVX2, here, base, true));
    }
}
