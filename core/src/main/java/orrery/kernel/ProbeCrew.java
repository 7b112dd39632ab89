package orrery.kernel;

import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Threads that do the parts of a task in parallel; the caller is the first of them. Parts are claimed one after
 * another, so that a descheduled thread holds up only one part.
 */
final class ProbeCrew implements AutoCloseable {
    private final Phaser phaser;
    private final AtomicInteger next = new AtomicInteger();
    private volatile IntConsumer work = _ -> {};
    private volatile int parts;
    private volatile boolean closed;

    ProbeCrew(int threads) {
        phaser = new Phaser(threads);
        for (int i = 1; i < threads; i++) {
            Thread.ofPlatform().daemon().name("orrery-probe-" + i).start(this::serve);
        }
    }

    private void serve() {
        while (true) {
            phaser.arriveAndAwaitAdvance();
            if (closed) {
                return;
            }
            claim();
            phaser.arriveAndAwaitAdvance();
        }
    }

    private void claim() {
        for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
            work.accept(part);
        }
    }

    /** Does all parts; the task must not throw. */
    void run(int count, IntConsumer task) {
        work = task;
        parts = count;
        next.set(0);
        phaser.arriveAndAwaitAdvance();
        claim();
        phaser.arriveAndAwaitAdvance();
    }

    @Override
    public void close() {
        closed = true;
        phaser.arriveAndAwaitAdvance();
    }
}
