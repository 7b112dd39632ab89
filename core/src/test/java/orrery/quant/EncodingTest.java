package orrery.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.tensor.DType;

class EncodingTest {
    private static final Set<DType> BLOCKED = EnumSet.copyOf(Arrays.stream(DType.values())
            .filter(dtype -> dtype.blocked() && RowEncoder.writes(dtype))
            .toList());

    /**
     * Root mean square error for normally distributed values, relative to theirs. The bounds are slightly above the
     * measured errors, so that a worse search fails.
     */
    private static final Map<DType, Double> LOST = Map.of(
            DType.Q8_0, 0.0055,
            DType.Q4_0, 0.087,
            DType.Q4_1, 0.079,
            DType.Q5_0, 0.0435,
            DType.Q5_1, 0.0385,
            DType.Q4_K, 0.0715,
            DType.Q5_K, 0.0355,
            DType.Q6_K, 0.018,
            DType.IQ4_NL, 0.077,
            DType.MXFP4, 0.113);

    static Set<DType> blocked() {
        return BLOCKED;
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void littleIsLostOfWeightsAsTheyUsuallyAre(DType dtype) {
        var values = Values.normal(256 * 64, 0, 0.02);
        assertThat(Values.lost(values, Blocks.roundTrip(dtype, values))).isLessThan(LOST.get(dtype));
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void theSameValuesGiveTheSameBytes(DType dtype) {
        var values = Values.normal(512, 0.01, 0.3);
        assertThat(Blocks.bytes(Blocks.encoded(dtype, values.clone())))
                .isEqualTo(Blocks.bytes(Blocks.encoded(dtype, values)));
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void zerosStayZeros(DType dtype) {
        assertThat(Blocks.roundTrip(dtype, new float[256])).containsOnly(0f);
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void aBlockOfOneValueKeepsItToTheFormatsGrain(DType dtype) {
        for (float value : new float[] {1, -1, 3.7f, -0.003f}) {
            var values = new float[256];
            Arrays.fill(values, value);
            // Four bits around zero have 8 steps below and 7 above it; E2M1 has 3, 4 and 6.
            double grain = dtype == DType.MXFP4 ? 0.2 : 0.01;
            assertThat(Values.farthest(values, Blocks.roundTrip(dtype, values), 0, 256))
                    .as("%s", value)
                    .isLessThanOrEqualTo(grain * Math.abs(value));
        }
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void valuesThatAreTinyAreKeptOrBecomeZeroAndNeverLarger(DType dtype) {
        for (float size : new float[] {1e-4f, 1e-6f, 1e-8f, 1e-12f, 1e-40f}) {
            var values = Values.normal(256, 0, size);
            var after = Blocks.roundTrip(dtype, values);
            float largest = 0;
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            // The precision of the smallest scale: half of a step, or of a step of eight bits (Q6_K); IQ4_NL has no
            // zero for blocks with other values.
            double grain = switch (dtype) {
                case MXFP4 -> 0x1p-128;
                case Q4_K, Q5_K, Q6_K -> 0x1p-20;
                case IQ4_NL -> 0x1p-23;
                default -> 0x1p-25 * 1.01;
            };
            assertThat(Values.farthest(values, after, 0, 256)).as("%s", size).isLessThanOrEqualTo(largest / 3 + grain);
        }
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void smallValuesWhoseScaleIsSubnormalAreNotCut(DType dtype) {
        var values = Values.normal(256 * 4, 0, 2e-5);
        assertThat(Values.lost(values, Blocks.roundTrip(dtype, values))).isLessThan(0.13);
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void valuesAreLargeAsLongAsTheScaleIsFinite(DType dtype) {
        var values = Values.normal(256, 0, 15_000);
        assertThat(Values.lost(values, Blocks.roundTrip(dtype, values))).isLessThan(0.13);
        values[7] = 1e30f;
        if (dtype == DType.MXFP4) {
            assertThat(Blocks.roundTrip(dtype, values)[7]).isBetween(0.8e30f, 1.2e30f);
        } else {
            assertThatThrownBy(() -> Blocks.encoded(dtype, values))
                    .isInstanceOf(QuantException.class)
                    .hasMessageStartingWith(dtype + " cannot hold so large a number: a block's scale would be ")
                    .hasMessageEndingWith(", and F16 ends at 65504");
        }
    }

    @Test
    void mxfp4ReachesToTheEndsOfFloat() {
        var values = new float[32];
        values[3] = Float.MAX_VALUE;
        values[4] = -Float.MAX_VALUE / 2;
        var after = Blocks.roundTrip(DType.MXFP4, values);
        assertThat(after[3]).isBetween(Float.MAX_VALUE * 0.7f, Float.MAX_VALUE);
        assertThat(after[4]).isBetween(-Float.MAX_VALUE * 0.6f, -Float.MAX_VALUE * 0.4f);
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void refusesWhatIsNoFiniteNumber(DType dtype) {
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            var values = Values.rising(256);
            values[dtype.blockElements() - 1] = wrong;
            assertThatThrownBy(() -> Blocks.encoded(dtype, values))
                    .isInstanceOf(QuantException.class)
                    .hasMessage(dtype + " cannot hold " + wrong + ", expected finite numbers");
        }
    }

    /** The maximum error of a value, in steps of its block, for formats with evenly spaced levels. */
    @Test
    void noValueIsFartherOffThanItsFormatAllows() {
        for (double centre : new double[] {0, 0.7, -3}) {
            var values = Values.normal(32 * 500, centre, 1);
            withinSteps(DType.Q8_0, values, 127, 0.501, 0);
            withinSteps(DType.Q4_0, values, 8, 1.001, 0);
            withinSteps(DType.Q5_0, values, 16, 1.001, 0);
            withinRange(DType.Q4_1, values, 15, 0x1p-11);
            withinRange(DType.Q5_1, values, 31, 0x1p-11);
        }
    }

    private static void withinSteps(DType dtype, float[] values, int reach, double steps, double share) {
        var after = Blocks.roundTrip(dtype, values);
        for (int block = 0; block < values.length; block += 32) {
            double farthest = Values.farthest(values, new float[values.length], block, block + 32);
            assertThat(Values.farthest(values, after, block, block + 32))
                    .as("%s", dtype)
                    .isLessThanOrEqualTo(farthest / reach * steps * (1 + 0x1p-9) + share);
        }
    }

    private static void withinRange(DType dtype, float[] values, int levels, double minimumsShare) {
        var after = Blocks.roundTrip(dtype, values);
        for (int block = 0; block < values.length; block += 32) {
            var extent = Extent.of(dtype, values, block, 32);
            double step = (extent.most() - extent.least()) / levels;
            assertThat(Values.farthest(values, after, block, block + 32))
                    .as("%s", dtype)
                    .isLessThanOrEqualTo(0.501 * step * (1 + 0x1p-9) + Math.abs(extent.least()) * minimumsShare * 1.01);
        }
    }

    /** Searches minimize a weighted error; they may sacrifice an outlier, but not by more than about a step. */
    @ParameterizedTest
    @MethodSource("blocked")
    void noValueIsMuchFartherOffThanAStep(DType dtype) {
        int group = dtype == DType.Q6_K ? 16 : 32;
        double share = switch (dtype) {
            case Q8_0 -> 0.6 / 254;
            case Q6_K -> 1.6 / 64;
            case Q5_0, Q5_1, Q5_K -> 1.6 / 32;
            case Q4_0, Q4_1, Q4_K -> 1.6 / 16;
            default -> 0.16; // the widest gap among IQ4_NL's values, E2M1's between 4 and 6
        };
        for (double centre : new double[] {0, 0.5, -2}) {
            var values = Values.normal(256 * 100, centre, 1);
            var after = Blocks.roundTrip(dtype, values);
            for (int from = 0; from < values.length; from += group) {
                var extent = Extent.of(dtype, values, from, group);
                double range = 2 * Math.abs(extent.farthest());
                assertThat(Values.farthest(values, after, from, from + group)).isLessThanOrEqualTo(range * share);
            }
        }
    }

    @Test
    void formatsThatSearchLoseLessThanThoseOfTheSameSizeThatDoNot() {
        var values = Values.normal(256 * 100, 0, 1);
        assertThat(lost(DType.Q4_K, values)).isLessThan(0.85 * lost(DType.Q4_0, values));
        assertThat(lost(DType.IQ4_NL, values)).isLessThan(0.92 * lost(DType.Q4_0, values));
        assertThat(lost(DType.Q5_K, values)).isLessThan(0.85 * lost(DType.Q5_0, values));
    }

    private static double lost(DType dtype, float[] values) {
        return Values.lost(values, Blocks.roundTrip(dtype, values));
    }

    /** Quantizing a model again in the same format changes almost nothing. */
    @ParameterizedTest
    @MethodSource("blocked")
    void whatWasStoredBeforeIsStoredAgainAlmostWithoutLoss(DType dtype) {
        var once = Blocks.roundTrip(dtype, Values.normal(256 * 20, 0, 0.1));
        double bound = dtype.blockElements() == 256 ? 0.02 : dtype == DType.IQ4_NL ? 0.001 : 0.0005;
        assertThat(Values.lost(once, Blocks.roundTrip(dtype, once))).isLessThan(bound);
    }

    @Test
    void everyMicroscalingBlockThatUsesItsLargestValuesComesBackAsItWas() {
        for (int exponent : new int[] {0, 1, 20, 127, 200, 252}) {
            for (int largest = 6; largest < 8; largest++) {
                var block = Blocks.of(DType.MXFP4, "1: 10 32 54 90 ba dc 01 99 aa 23 45 11 00 3b 8a 02");
                block.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) exponent);
                block.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 9, (byte) (largest << 4));
                var values = Blocks.decoded(DType.MXFP4, block);
                assertThat(Blocks.roundTrip(DType.MXFP4, values))
                        .as("%d", exponent)
                        .isEqualTo(values);
            }
        }
    }
}
