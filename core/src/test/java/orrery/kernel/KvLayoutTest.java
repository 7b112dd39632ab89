package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.tensor.KvType;

/** A panel is exactly as large as it says: memory ends there, and every access is checked. */
final class KvLayoutTest {
    private static final int BLOCK = 32;
    private static final int[] PANELS = {1, 5, 64};

    /** Elements of the last block are a hundredth of the others: a factor of another block would make them zero. */
    private static float[] row(SplittableRandom random, int size) {
        var row = new float[size];
        for (int i = 0; i < size; i++) {
            double most = i / BLOCK == (size - 1) / BLOCK ? 0.1 : 10;
            row[i] = (float) random.nextDouble(-most, most);
        }
        return row;
    }

    private static MemorySegment written(KvLayout layout, float[][] rows) {
        var memory = Arena.ofAuto().allocate(layout.bytes());
        for (int slot = 0; slot < rows.length; slot++) {
            var bytes = MemorySegment.ofArray(new byte[4 * layout.size()]);
            for (int i = 0; i < layout.size(); i++) {
                bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, rows[slot][i]);
            }
            layout.write(memory, 0, slot, bytes, 0);
        }
        return memory;
    }

    private static float[][] rows(int count, int size) {
        var random = new SplittableRandom(size);
        var rows = new float[count][];
        for (int slot = 0; slot < count; slot++) {
            rows[slot] = row(random, size);
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 20, 32, 36, 40, 72, 80, 96, 100, 120, 160})
    void everyElementOfAHeadIsWithinHalfAStepOfItsOwnBlock(int size) {
        for (int panel : PANELS) {
            for (boolean columns : new boolean[] {false, true}) {
                var layout = new KvLayout(KvType.Q8, columns, size, panel);
                var rows = rows(panel, size);
                var memory = written(layout, rows);
                for (int slot = 0; slot < panel; slot++) {
                    for (int first = 0; first < size; first += BLOCK) {
                        int end = Math.min(first + BLOCK, size);
                        float largest = 0;
                        for (int i = first; i < end; i++) {
                            largest = Math.max(largest, Math.abs(rows[slot][i]));
                        }
                        // Half a step, and the error of the factor's rounding to 11 bits at the largest element.
                        double step = largest / 127;
                        for (int i = first; i < end; i++) {
                            assertThat((double) layout.element(memory, 0, slot, i))
                                    .as("%s, slot %d, element %d", layout, slot, i)
                                    .isCloseTo(rows[slot][i], within(0.51 * step + largest / 2048));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDecodedPanelHasEveryElementInItsPlace(KvType type) {
        for (int size : new int[] {1, 8, 20, 32, 36, 72, 80}) {
            for (int panel : PANELS) {
                for (boolean columns : new boolean[] {false, true}) {
                    var layout = new KvLayout(type, columns, size, panel);
                    var memory = written(layout, rows(panel, size));
                    var decoded = new float[panel * size];
                    layout.decode(memory, 0, decoded);
                    for (int slot = 0; slot < panel; slot++) {
                        for (int i = 0; i < size; i++) {
                            assertThat(decoded[columns ? i * panel + slot : slot * size + i])
                                    .as("%s, slot %d, element %d", layout, slot, i)
                                    .isEqualTo(layout.element(memory, 0, slot, i));
                        }
                    }
                }
            }
        }
    }
}
