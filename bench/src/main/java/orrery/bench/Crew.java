package orrery.bench;

import java.util.concurrent.Phaser;
import java.util.function.IntConsumer;

/** Threads that do the same thing at once; the caller is the first of them. */
final class Crew implements AutoCloseable {
    private final Phaser phaser;
    private volatile IntConsumer work = _ -> {};
    private volatile boolean closed;

    Crew(int threads) {
        phaser = new Phaser(threads);
        for (int i = 1; i < threads; i++) {
            int thread = i;
            Thread.ofPlatform().daemon().name("bench-" + i).start(() -> {
                while (true) {
                    phaser.arriveAndAwaitAdvance();
                    if (closed) {
                        return;
                    }
                    work.accept(thread);
                    phaser.arriveAndAwaitAdvance();
                }
            });
        }
    }

    void run(IntConsumer task) {
        work = task;
        phaser.arriveAndAwaitAdvance();
        task.accept(0);
        phaser.arriveAndAwaitAdvance();
    }

    @Override
    public void close() {
        closed = true;
        phaser.arriveAndAwaitAdvance();
    }
}
