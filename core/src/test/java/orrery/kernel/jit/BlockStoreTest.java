package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.KvLayout;
import orrery.tensor.KvType;

/** Emitted code that writes and reads rows of a cache, against the layout's definition, byte by byte. */
final class BlockStoreTest {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int[] SIZES = {1, 2, 31, 32, 33, 40, 64, 80, 100};
    private static final int HEADS = 3;

    private final SplittableRandom random = new SplittableRandom(5);

    static List<Tier> tiers() {
        return Tiers.ofThisMachine();
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void writesTheBytesOfTheDefinition(Tier tier) {
        try (var code = ExecutableMemory.of(BlockStoreWriter.write(tier))) {
            for (boolean columns : new boolean[] {true, false}) {
                for (int size : SIZES) {
                    for (int panel : new int[] {1, 5, 64}) {
                        var layout = new KvLayout(KvType.Q8, columns, size, panel);
                        check(code.function(), layout, random.nextInt(panel), numbers(size));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void keepsWhatIsNoNumberAndWhatIsBeyondHalvesOutOfOtherBlocks(Tier tier) {
        float infinite = Float.POSITIVE_INFINITY;
        float[] odd = {Float.NaN, infinite, -infinite, 1e30f, 9e6f, -8.2e6f, 1e-6f, 3e-6f, 8e-6f, 1e-40f, -0f, 0f};
        try (var code = ExecutableMemory.of(BlockStoreWriter.write(tier))) {
            for (float first : odd) {
                for (float second : odd) {
                    for (boolean columns : new boolean[] {true, false}) {
                        var numbers = numbers(72);
                        // A block of two alone, and one of theirs among others.
                        for (int head = 0; head < HEADS; head++) {
                            java.util.Arrays.fill(numbers, head * 72, head * 72 + 32, 0f);
                            numbers[head * 72 + 5] = first;
                            numbers[head * 72 + 31] = second;
                        }
                        numbers[40] = first;
                        check(code.function(), new KvLayout(KvType.Q8, columns, 72, 4), 2, numbers);
                    }
                }
            }
        }
    }

    private float[] numbers(int size) {
        var numbers = new float[HEADS * size];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextDouble(-3, 3);
        }
        return numbers;
    }

    private static void check(NativeFunction store, KvLayout layout, int slot, float[] numbers) {
        try (var memory = new GuardedMemory()) {
            var x = memory.allocate((long) Float.BYTES * numbers.length);
            MemorySegment.copy(numbers, 0, x, FLOAT, 0, numbers.length);
            var expected = memory.allocate(HEADS * layout.bytes());
            var actual = memory.allocate(HEADS * layout.bytes());
            expected.fill((byte) 0x55);
            actual.fill((byte) 0x55);
            for (int head = 0; head < HEADS; head++) {
                layout.write(expected, head * layout.bytes(), slot, x, (long) Float.BYTES * head * layout.size());
            }
            EmittedAttention.store(store, x.address(), 0, HEADS, layout, actual.address(), slot, layout.bytes());
            assertThat(withoutKindsOfNaN(layout, actual))
                    .as("%s, slot %d of %s", layout, slot, java.util.Arrays.toString(numbers))
                    .isEqualTo(withoutKindsOfNaN(layout, expected));
        }
    }

    /** The bytes, with one pattern for all factors that are NaN. */
    private static byte[] withoutKindsOfNaN(KvLayout layout, MemorySegment panels) {
        for (int head = 0; head < HEADS; head++) {
            for (int slot = 0; slot < layout.panel(); slot++) {
                for (int block = 0; block < layout.blocks(); block++) {
                    long at = head * layout.bytes() + layout.factorAt(slot, block);
                    short bits = panels.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
                    if (Float.isNaN(Float.float16ToFloat(bits))) {
                        panels.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) 0x7E00);
                    }
                }
            }
        }
        return panels.toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void makesRowsTheFloatsOfTheDefinitionAndWritesNothingBehindThem(Tier tier) {
        try (var code = ExecutableMemory.of(BlockRowWriter.write(tier));
                var memory = new GuardedMemory()) {
            for (int size : SIZES) {
                int panel = 7;
                var layout = new KvLayout(KvType.Q8, false, size, panel);
                // Whole vectors are read, as the slab of a cache allows.
                var stored = memory.allocate(layout.bytes() + 64);
                var x = memory.allocate((long) Float.BYTES * size);
                for (int slot = 0; slot < panel; slot++) {
                    MemorySegment.copy(numbers(size), 0, x, FLOAT, 0, size);
                    layout.write(stored, 0, slot, x, 0);
                }
                var out = memory.allocate((long) Float.BYTES * panel * size);
                long factors = stored.address() + layout.factorAt(0, 0);
                long factorStride = layout.factorAt(1, 0) - layout.factorAt(0, 0);
                code.function()
                        .call(
                                out.address(),
                                stored.address(),
                                size,
                                panel,
                                (long) Float.BYTES * size,
                                size,
                                factors,
                                factorStride);
                for (int slot = 0; slot < panel; slot++) {
                    for (int i = 0; i < size; i++) {
                        assertThat(out.getAtIndex(FLOAT, (long) slot * size + i))
                                .isEqualTo(layout.element(stored, 0, slot, i));
                    }
                }
            }
        }
    }
}
