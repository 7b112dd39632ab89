package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import orrery.kernel.Backend;
import orrery.kernel.ProbeLoops;

final class EmittedProbeTest {
    private static final long BYTES = 3 * ProbeLoops.MULTIPLE;
    private static final int TURNS = 200_000;

    @Test
    void readsEveryByteOnce() {
        for (var tier : Tiers.ofThisMachine()) {
            var loops = new EmittedProbe(tier);
            try (var arena = Arena.ofConfined()) {
                var bytes = new byte[(int) (2 * BYTES)];
                new SplittableRandom(5).nextBytes(bytes);
                var memory = loops.memory(arena, bytes.length);
                MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
                long expected = 0;
                for (long at = ProbeLoops.MULTIPLE; at < ProbeLoops.MULTIPLE + BYTES; at += Long.BYTES) {
                    expected += memory.get(JAVA_LONG, at);
                }

                assertThat(loops.read(memory, ProbeLoops.MULTIPLE, BYTES))
                        .as("%s", tier)
                        .isEqualTo(expected);
                assertThatThrownBy(() -> loops.read(memory, BYTES + ProbeLoops.MULTIPLE, BYTES))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void everyLaneComputesWhatPlainJavaDoes() {
        var plain = Backend.named("scalar").probe();
        for (var tier : Tiers.ofThisMachine()) {
            var loops = new EmittedProbe(tier);
            int lanes = loops.operationsPerTurn() / plain.operationsPerTurn();
            float expected = plain.multiply(0.01f, 100) * lanes;

            assertThat(lanes).isEqualTo(tier.lanes());
            assertThat(loops.multiply(0.01f, 100)).isCloseTo(expected, within(1e-4f * expected));
        }
    }

    /** A loop without work would show a rate that no core has: four vectors of 64 products per cycle at 8 GHz. */
    @Test
    void theProductsOfBytesAreMade() {
        for (var tier : Tiers.ofThisMachine()) {
            var loops = new EmittedProbe(tier);
            loops.multiplyBytes(TURNS);
            long start = System.nanoTime();
            loops.multiplyBytes(TURNS);
            double perNanosecond =
                    (double) loops.byteOperationsPerTurn().orElseThrow() * TURNS / (System.nanoTime() - start);

            assertThat(perNanosecond).as("%s", tier).isPositive().isLessThan(8.0 * 4 * 64 * 2);
        }
    }
}
