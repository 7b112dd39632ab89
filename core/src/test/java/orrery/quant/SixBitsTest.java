package orrery.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SixBitsTest {
    private static final int[] SCALES = {1, 2, 3, 63, 37, 16, 5, 48};
    private static final int[] MINIMA = {0, 1, 63, 7, 18, 63, 4, 33};
    private static final byte[] BYTES = HexFormat.of().parseHex("814203ff40c13f8725f04510");

    @Test
    void packsAsByHand() {
        var packed = MemorySegment.ofArray(new byte[14]);
        SixBits.put(packed, 2, SCALES, MINIMA);
        assertThat(packed.asSlice(2).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(BYTES);
        assertThat(packed.asSlice(0, 2).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }

    @Test
    void unpacksEveryGroup() {
        var packed = MemorySegment.ofArray(BYTES);
        for (int group = 0; group < 8; group++) {
            assertThat(SixBits.scale(packed, 0, group)).isEqualTo(SCALES[group]);
            assertThat(SixBits.minimum(packed, 0, group)).isEqualTo(MINIMA[group]);
        }
    }
}
