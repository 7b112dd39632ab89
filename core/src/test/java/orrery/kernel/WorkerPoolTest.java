package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

final class WorkerPoolTest {
    @Test
    void runsEveryPartOnceInEveryOneOfManyCalls() {
        try (var pool = new WorkerPool(3)) {
            for (int call = 0; call < 20_000; call++) {
                int parts = call % 9;
                var runs = new AtomicIntegerArray(9);
                pool.run((part, worker) -> runs.addAndGet(part, worker < 3 ? 1 : 100), parts);
                for (int part = 0; part < 9; part++) {
                    assertThat(runs.get(part)).isEqualTo(part < parts ? 1 : 0);
                }
            }
        }
    }

    @Test
    void wakesThreadsThatHaveParked() throws InterruptedException {
        try (var pool = new WorkerPool(2)) {
            for (int call = 0; call < 5; call++) {
                Thread.sleep(20);
                var runs = new AtomicIntegerArray(4);
                pool.run((part, _) -> runs.incrementAndGet(part), 4);
                assertThat(runs.toString()).isEqualTo("[1, 1, 1, 1]");
            }
        }
    }

    @Test
    void handsTheCallerWhatAPartThrewAndGoesOn() {
        try (var pool = new WorkerPool(3)) {
            for (int failing = 0; failing < 8; failing++) {
                int bad = failing;
                assertThatThrownBy(() -> pool.run(
                                (part, _) -> {
                                    if (part == bad) {
                                        throw new IllegalArgumentException("part " + part);
                                    }
                                },
                                8))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("part " + bad);
                var runs = new AtomicIntegerArray(8);
                pool.run((part, _) -> runs.incrementAndGet(part), 8);
                assertThat(runs.toString()).doesNotContain("0");
            }
        }
    }

    @Test
    void runsTheOtherPartsWhenOneThrowsWithOneThreadAsWithMany() {
        for (int threads = 1; threads <= 3; threads++) {
            try (var pool = new WorkerPool(threads)) {
                var runs = new AtomicIntegerArray(8);
                assertThatThrownBy(() -> pool.run(
                                (part, _) -> {
                                    runs.incrementAndGet(part);
                                    if (part == 2) {
                                        throw new IllegalArgumentException("part " + part);
                                    }
                                },
                                8))
                        .hasMessage("part 2");
                assertThat(runs.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1, 1]");
            }
        }
    }

    @Test
    void makesNoThreadForOneWorkerAndLeavesNoneBehind() {
        long before = workers();
        var one = new WorkerPool(1);
        assertThat(workers()).isEqualTo(before);
        one.close();
        var three = new WorkerPool(3);
        assertThat(workers()).isEqualTo(before + 2);
        three.close();
        assertThat(workers()).isEqualTo(before);
        assertThatThrownBy(() -> three.run((_, _) -> {}, 1)).isInstanceOf(IllegalStateException.class);
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("orrery-worker-"))
                .count();
    }
}
