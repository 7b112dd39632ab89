package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CeilingsTest {
    private static final long BYTES = 3 * ProbeLoops.MULTIPLE;

    private static MemorySegment random(Arena arena) {
        var bytes = new byte[(int) (2 * BYTES)];
        new SplittableRandom(5).nextBytes(bytes);
        var memory = arena.allocate(bytes.length, 64);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    @ParameterizedTest
    @ValueSource(strings = {"vector", "scalar"})
    void readsEveryByteOnce(String backend) {
        var loops = Backend.named(backend).probe();
        try (var arena = Arena.ofConfined()) {
            var memory = random(arena);
            long expected = 0;
            for (long at = ProbeLoops.MULTIPLE; at < ProbeLoops.MULTIPLE + BYTES; at += Long.BYTES) {
                expected += memory.get(ValueLayout.JAVA_LONG, at);
            }

            assertThat(loops.read(memory, ProbeLoops.MULTIPLE, BYTES)).isEqualTo(expected);
        }
    }

    @Test
    void refusesToReadBeyondItsMemory() {
        try (var arena = Arena.ofConfined()) {
            var memory = random(arena);
            for (var backend : Backend.general()) {
                assertThatThrownBy(() -> backend.probe().read(memory, BYTES + ProbeLoops.MULTIPLE, BYTES))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void everyLaneComputesWhatPlainJavaDoes() {
        var plain = new PlainProbe();
        for (var backend : Backend.general()) {
            var loops = backend.probe();
            int lanes = loops.operationsPerTurn() / plain.operationsPerTurn();
            float expected = plain.multiply(0.01f, 100) * lanes;
            assertThat(loops.multiply(0.01f, 100)).isCloseTo(expected, within(1e-4f * expected));
        }
    }

    @Test
    void findsBothCeilings() {
        try (var ceilings = Ceilings.of(2, 1)) {
            for (int i = 0; i < 5; i++) {
                assertThat(ceilings.bandwidth()).isPositive().isFinite();
                assertThat(ceilings.arithmetic()).isPositive().isFinite();
            }
            assertThatThrownBy(() -> ceilings.bandwidth(0, 1000))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a probe of 1000 bytes, expected a multiple of 4096");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aCrewDoesEveryPartOnce(int threads) {
        try (var crew = new ProbeCrew(threads)) {
            for (int count : new int[] {0, 1, 3, 100}) {
                var done = new AtomicIntegerArray(Math.max(1, count));
                crew.run(count, done::incrementAndGet);
                for (int part = 0; part < count; part++) {
                    assertThat(done.get(part)).isOne();
                }
            }
        }
    }
}
