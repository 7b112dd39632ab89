package orrery.quant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import orrery.tensor.DType;

/**
 * Blocks written out by hand, byte by byte, from the definition of each format; the expected numbers were worked out by
 * hand, too.
 */
class DecodingTest {
    /**
     * F16: 3c00 is 1, 4000 is 2, c000 is -2, 3800 is 0.5, 3400 is 0.25, 4200 is 3, bc00 is -1, 0001 is 2^-24, 8003 is
     * -3 * 2^-24; little-endian, so the other way round.
     */
    private static float[] decoded(DType dtype, String... places) {
        return Blocks.decoded(dtype, Blocks.of(dtype, places));
    }

    /**
     * Scales 1, 2, 3, 63, 37, 16, 5, 48 and minima 0, 1, 63, 7, 18, 63, 4, 33. The first four lie in the lower six bits
     * of a byte. Of 37 (binary 10 0101) the last four bits lie in the third row and the first two on top of scale 0; of
     * 18 (binary 01 0010) the last four bits lie above those and the first two on top of minimum 0; and so on.
     */
    private static final String SIX_BITS = "4: 81 42 03 ff  40 c1 3f 87  25 f0 45 10";

    @Test
    void q8_0() {
        var values = decoded(DType.Q8_0, "0: 00 38", "2: 01 ff 7f 80", "33: 05");
        assertThat(values).hasSize(32).startsWith(0.5f, -0.5f, 63.5f, -64f, 0f).endsWith(0f, 2.5f);
    }

    @Test
    void q8_0WithANegativeAndWithASubnormalScale() {
        assertThat(decoded(DType.Q8_0, "0: 00 c0", "2: 03 fd")).startsWith(-6f, 6f);
        assertThat(decoded(DType.Q8_0, "0: 01 00", "2: 02 80")).startsWith(0x1p-23f, -0x1p-17f);
        assertThat(decoded(DType.Q8_0, "0: 03 80", "2: 02 80")).startsWith(-6 * 0x1p-24f, 384 * 0x1p-24f);
    }

    @Test
    void q4_0() {
        var values = decoded(DType.Q4_0, "0: 00 3c", "2-17: 88", "2: f0", "17: 81");
        assertThat(values[0]).isEqualTo(-8);
        assertThat(values[16]).isEqualTo(7);
        assertThat(values[15]).isEqualTo(-7);
        assertThat(values[31]).isEqualTo(0);
        assertThat(values[1]).isEqualTo(0);
        assertThat(values[17]).isEqualTo(0);
        assertThat(decoded(DType.Q4_0, "0: 00 c0", "2: f0")).startsWith(16f).contains(-14f);
    }

    @Test
    void q4_1() {
        var values = decoded(DType.Q4_1, "0: 00 40", "2: 00 bc", "7: 5a");
        assertThat(values[3]).isEqualTo(10 * 2 - 1);
        assertThat(values[19]).isEqualTo(5 * 2 - 1);
        assertThat(values[0]).isEqualTo(-1);
        assertThat(decoded(DType.Q4_1, "0: 01 00", "2: 03 80", "4: 0f")[0]).isEqualTo(12 * 0x1p-24f);
    }

    @Test
    void q5_0() {
        var values = decoded(DType.Q5_0, "0: 00 3c", "2: 01 00 00 80", "6: 0f", "21: f0");
        assertThat(values[0]).isEqualTo(15);
        assertThat(values[16]).isEqualTo(-16);
        assertThat(values[15]).isEqualTo(-16);
        assertThat(values[31]).isEqualTo(15);
        var others = decoded(DType.Q5_0, "0: 00 c0", "2: 00 01 01 00", "6: 00", "14: 53");
        assertThat(others[8]).isEqualTo(-2 * (3 + 16 - 16));
        assertThat(others[24]).isEqualTo(-2 * (5 - 16));
        assertThat(others[16]).isEqualTo(0);
    }

    @Test
    void q5_1() {
        var values = decoded(DType.Q5_1, "0: 00 34", "2: 00 42", "4: 02 00 02 00", "8: 00 31");
        assertThat(values[1]).isEqualTo(0.25f * 17 + 3);
        assertThat(values[17]).isEqualTo(0.25f * 19 + 3);
        assertThat(values[0]).isEqualTo(3);
        assertThat(values[31]).isEqualTo(3);
    }

    @Test
    void q4_KWithScalesAndMinimaOfTheFirstFourGroupsAndOfTheLast() {
        // Every byte holds 1 for an even group and 2 for the odd one after it, except byte 33 of the levels: 7 and 14.
        var values = decoded(DType.Q4_K, "0: 00 3c", "2: 00 40", SIX_BITS, "16-143: 21", "49: e7");
        assertThat(values[0]).isEqualTo(1 * 1 - 2 * 0);
        assertThat(values[31]).isEqualTo(1);
        assertThat(values[32]).isEqualTo(2 * 2 - 2 * 1);
        assertThat(values[64]).isEqualTo(3 * 1 - 2 * 63);
        assertThat(values[65]).isEqualTo(3 * 7 - 2 * 63);
        assertThat(values[66]).isEqualTo(3 * 1 - 2 * 63);
        assertThat(values[96]).isEqualTo(63 * 2 - 2 * 7);
        assertThat(values[97]).isEqualTo(63 * 14 - 2 * 7);
        assertThat(values[128]).isEqualTo(37 * 1 - 2 * 18);
        assertThat(values[160]).isEqualTo(16 * 2 - 2 * 63);
        assertThat(values[192]).isEqualTo(5 * 1 - 2 * 4);
        assertThat(values[255]).isEqualTo(48 * 2 - 2 * 33);
    }

    @Test
    void q4_KWithANegativeScaleAndASubnormalMinimum() {
        var values = decoded(DType.Q4_K, "0: 00 c0", "2: 01 00", SIX_BITS, "16-143: 10");
        assertThat(values[0]).isZero();
        assertThat(values[32]).isEqualTo(-2 * 2 * 1 - 0x1p-24f);
        assertThat(values[64]).isEqualTo(-63 * 0x1p-24f);
        assertThat(values[224]).isEqualTo(-2 * 48 * 1 - 33 * 0x1p-24f);
    }

    @Test
    void q5_K() {
        // a5 is 1010 0101: the first column has its fifth bit in the groups 0, 2, 5 and 7.
        var values = decoded(DType.Q5_K, "0: 00 3c", "2: 00 40", SIX_BITS, "16: a5", "48-175: 21");
        assertThat(values[0]).isEqualTo(1 * 17);
        assertThat(values[1]).isEqualTo(1 * 1);
        assertThat(values[32]).isEqualTo(2 * 2 - 2 * 1);
        assertThat(values[64]).isEqualTo(3 * 17 - 2 * 63);
        assertThat(values[96]).isEqualTo(63 * 2 - 2 * 7);
        assertThat(values[128]).isEqualTo(37 * 1 - 2 * 18);
        assertThat(values[160]).isEqualTo(16 * 18 - 2 * 63);
        assertThat(values[161]).isEqualTo(16 * 2 - 2 * 63);
        assertThat(values[192]).isEqualTo(5 * 1 - 2 * 4);
        assertThat(values[224]).isEqualTo(48 * 18 - 2 * 33);
    }

    @Test
    void q6_K() {
        // d2 is 11 01 00 10: upper bits 2, 0, 1 and 3 for column 5 of the four runs of the first half. Scales 2, -3,
        // 127 and -128 for the groups that they lie in, 1 for the first of the second half.
        var values = decoded(
                DType.Q6_K, "5: a3", "37: 7c", "133: d2", "64: 01", "192: 02 00 fd 00 7f 00 80 00 01", "208: 00 38");
        assertThat(values[5]).isEqualTo(0.5f * 2 * (3 + 32 - 32));
        assertThat(values[37]).isEqualTo(0.5f * -3 * (12 - 32));
        assertThat(values[69]).isEqualTo(0.5f * 127 * (10 + 16 - 32));
        assertThat(values[101]).isEqualTo(0.5f * -128 * (7 + 48 - 32));
        assertThat(values[0]).isEqualTo(0.5f * 2 * -32);
        assertThat(values[128]).isEqualTo(0.5f * 1 * (1 - 32));
        assertThat(values[255]).isZero();
    }

    @Test
    void q6_KInItsLastGroupWithANegativeSubnormalScale() {
        // The last run of the second half: upper bits 3, lower bits 15 in the upper half of the last byte.
        var values = decoded(DType.Q6_K, "127: f0", "191: c0", "207: 81", "208: 03 80");
        assertThat(values[255]).isEqualTo(-3 * 0x1p-24f * -127 * 31);
        assertThat(values[191]).isZero();
    }

    @Test
    void iq4_nl() {
        var values = decoded(DType.IQ4_NL, "0: 00 c0", "2: f0 78");
        assertThat(values[0]).isEqualTo(-2 * -127);
        assertThat(values[16]).isEqualTo(-2 * 113);
        assertThat(values[1]).isEqualTo(-2 * 1);
        assertThat(values[17]).isEqualTo(-2 * -10);
        assertThat(decoded(DType.IQ4_NL, "0: 01 00", "2: 0d")[0]).isEqualTo(69 * 0x1p-24f);
    }

    @Test
    void mxfp4() {
        // An exponent of 127 stands for 1: the values are 0, 0.5, 1, 1.5, 2, 3, 4, 6 and the same below zero.
        var values = decoded(DType.MXFP4, "0: 7f", "1: f0 91 a2 b3 c4 d5 e6 07 08");
        assertThat(values).startsWith(0, 0.5f, 1, 1.5f, 2, 3, 4, 6, 0);
        assertThat(java.util.Arrays.copyOfRange(values, 16, 25))
                .containsExactly(-6, -0.5f, -1, -1.5f, -2, -3, -4, 0, 0);
        assertThat(decoded(DType.MXFP4, "0: 82", "1: 05")[0]).isEqualTo(24);
        assertThat(decoded(DType.MXFP4, "0: 00", "1: 07")[0]).isEqualTo(6 * 0x1p-127f);
    }

    @Test
    void aBlockThatDoesNotBeginTheMemory() {
        for (var dtype : DType.values()) {
            if (dtype.blocked() && RowEncoder.writes(dtype)) {
                var two = Blocks.encoded(dtype, Values.rising(2 * dtype.blockElements()));
                var second = new float[dtype.blockElements() + 3];
                BlockFormat.of(dtype).decode(two, dtype.blockBytes(), second, 3);
                for (int i = 0; i < dtype.blockElements(); i++) {
                    assertThat(second[3 + i])
                            .isEqualTo(BlockFormat.of(dtype).element(two, dtype.blockBytes(), i))
                            .isEqualTo(Blocks.decoded(dtype, two)[dtype.blockElements() + i]);
                }
            }
        }
    }
}
