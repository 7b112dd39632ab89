package orrery.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.tensor.DType;

/** The codes and scales of a whole block, written in one call, equal those of the definition. */
class UnpackTest {
    private static final int GUARD = 16;
    private static final byte UNTOUCHED = 0x5A;

    private final Arena arena = Arena.ofAuto();

    static Stream<BlockFormat> formats() {
        return Arrays.stream(DType.values()).filter(DType::blocked).map(BlockFormat::of);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void writesEveryCodeScaleAndMinimumOfABlockAndNothingElse(BlockFormat format) {
        var dtype = format.dtype();
        int elements = dtype.blockElements();
        int groups = elements / format.groupSize();
        long scales = (long) GUARD + elements + GUARD;
        long end = scales + 8L * groups;
        var random = new SplittableRandom(41);
        var bytes = new byte[3 + 20 * dtype.blockBytes()];
        random.nextBytes(bytes);
        var data = arena.allocate(bytes.length);
        data.copyFrom(MemorySegment.ofArray(bytes));
        for (int block = 0; block < 20; block++) {
            long at = 3 + (long) block * dtype.blockBytes();
            var out = arena.allocate(end + GUARD);
            out.fill(UNTOUCHED);
            format.unpack(data.address() + at, out.address() + GUARD, out.address() + scales);
            for (int i = 0; i < elements; i++) {
                assertThat(out.get(ValueLayout.JAVA_BYTE, GUARD + i))
                        .as("code %d of block %d", i, block)
                        .isEqualTo((byte) (format.codes(data, at, i / 8) >> (8 * (i % 8))));
            }
            for (int group = 0; group < groups; group++) {
                assertThat(out.get(ValueLayout.JAVA_FLOAT_UNALIGNED, scales + 8L * group))
                        .isEqualTo(Float.valueOf(format.scale(data, at, group)));
                assertThat(out.get(ValueLayout.JAVA_FLOAT_UNALIGNED, scales + 8L * group + 4))
                        .isEqualTo(Float.valueOf(format.minimum(data, at, group)));
            }
            for (long guard : new long[] {0, GUARD + elements, end}) {
                assertThat(out.asSlice(guard, GUARD).toArray(ValueLayout.JAVA_BYTE))
                        .containsOnly(UNTOUCHED);
            }
        }
    }
}
