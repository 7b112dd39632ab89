package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orrery.kernel.Backend;
import orrery.kernel.BackendException;
import orrery.kernel.Elements;
import orrery.kernel.Kernels;
import orrery.kernel.ScalarBackend;
import orrery.kernel.WorkerPool;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The base of emitted code is opened when an operation is called that is not emitted. */
final class LateKernelsTest {
    private static final int THREADS = 3;

    private final AtomicInteger opened = new AtomicInteger();
    private final LateKernels late = new LateKernels(
            () -> {
                opened.incrementAndGet();
                return new ScalarBackend();
            },
            new Backend.Options(THREADS));

    @AfterEach
    void closeIt() {
        late.close();
    }

    @Test
    void memoryThreadsAnglesAndReadingOpenNothing() {
        // One tensor in a few bytes, one in pages of its own.
        for (int rows : new int[] {1, 3, 4099}) {
            var out = late.allocate(rows, 34);
            for (int r = 0; r < rows; r++) {
                assertThat(Elements.of(out.data(), out.dtype(), 34L * r + 33)).isZero();
            }
            fillAngles(late, out, rows);
            var row = new float[34];
            late.read(row, out, rows - 1);
            assertThat(row).containsExactly(anglesOfTheReference(rows));
        }
        assertThat(late.crew().workers()).isEqualTo(THREADS);
        assertThat(late.owns(
                        new ScalarBackend().unchecked(new Backend.Options(1)).prepare(Matrix.EMPTY)))
                .isFalse();
        assertThat(opened).hasValue(0);
    }

    private static float[] anglesOfTheReference(int rows) {
        try (var scalar = new ScalarBackend().unchecked(new Backend.Options(1))) {
            var out = scalar.allocate(rows, 34);
            fillAngles(scalar, out, rows);
            var row = new float[34];
            scalar.read(row, out, rows - 1);
            return row;
        }
    }

    private static void fillAngles(Kernels kernels, Tensor out, int rows) {
        var frequencies = new float[17];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) Math.pow(10_000, -i / 17.0);
        }
        var positions = new int[rows];
        for (int r = 0; r < rows; r++) {
            positions[r] = 31 * r + 5;
        }
        kernels.angles(out, frequencies, 1.25f, positions, rows);
    }

    @Test
    void isOpenedOnceAndOwnsWhatItPrepared() {
        var weight = late.prepare(Matrix.EMPTY);

        assertThat(late.description()).isNotEmpty();
        assertThat(late.owns(weight)).isTrue();
        assertThat(opened).hasValue(1);
    }

    @Test
    void isNotOpenedAnyMoreOnceItIsClosed() {
        late.close();

        assertThatThrownBy(late::description)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after they were closed");
        assertThat(opened).hasValue(0);
    }

    @Test
    void refusesACrewOfAnotherSize() {
        try (var crew = new WorkerPool(2)) {
            assertThatThrownBy(() -> new Backend.Options(THREADS, OptionalInt.empty(), Optional.of(crew)))
                    .isInstanceOf(BackendException.class)
                    .hasMessage("threads is 3, expected 2, as many as the crew has");
        }
    }
}
