package orrery.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A pool of permanent threads. A call passes them one task in parts, takes part itself, and returns when every part is
 * done: one barrier per call, nothing allocated. Idle threads spin for some tens of microseconds, which is longer than
 * a decoder needs between two kernels, then park.
 *
 * <p>Parts are claimed one after another, so a descheduled thread holds up only the part that it has claimed; a parked
 * thread that wakes too late finds nothing to claim. Only one thread calls at a time.
 */
public final class WorkerPool implements Crew, AutoCloseable {
    private static final int SPINS = 1 << 11;

    private static final Task NOTHING = (_, _) -> {};

    private final Thread[] threads;
    private final AtomicInteger[] parked;
    /**
     * The number of the call in the upper half, the parts left to claim in the lower half. A claim depends only on this
     * one word: if it were compared with a field, a slow thread could compare an old ticket with the next call's field.
     */
    private final AtomicLong ticket = new AtomicLong();

    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    // Written by the caller before the ticket, read by workers after it.
    private Task task = NOTHING;
    private int parts;
    private volatile @Nullable Thread waiting;
    private volatile boolean closed;

    /** A pool of {@code workers} threads, including the caller: 1 creates no thread at all. */
    public WorkerPool(int workers) {
        threads = new Thread[workers - 1];
        parked = new AtomicInteger[threads.length];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            parked[i] = new AtomicInteger();
            threads[i] =
                    Thread.ofPlatform().daemon().name("orrery-worker-" + worker).unstarted(() -> serve(worker));
        }
        for (var thread : threads) {
            thread.start();
        }
    }

    @Override
    public int workers() {
        return threads.length + 1;
    }

    /**
     * Runs all parts of a task. If a part throws, the others still run, and the first exception is thrown to the
     * caller.
     *
     * @throws IllegalStateException after {@link #close}
     */
    @Override
    public void run(Task work, int count) {
        if (closed) {
            throw new IllegalStateException("kernels were used after they were closed");
        }
        if (threads.length == 0 || count <= 1) {
            for (int part = 0; part < count; part++) {
                attempt(work, part, 0);
            }
            passOn();
            return;
        }
        task = work;
        parts = count;
        done.set(0);
        long call = (ticket.get() >>> 32) + 1;
        ticket.set(call << 32 | count);
        for (int i = 0; i < Math.min(threads.length, count - 1); i++) {
            if (parked[i].get() == 1) {
                LockSupport.unpark(threads[i]);
            }
        }
        claim(call, 0);
        for (int spins = 0; done.get() < count; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                // Either the thread that does the last part sees this, or this thread sees that the part is done.
                waiting = Thread.currentThread();
                if (done.get() < count) {
                    LockSupport.park(this);
                }
                waiting = null;
            }
        }
        passOn();
    }

    private void attempt(Task work, int part, int worker) {
        try {
            work.run(part, worker);
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    /** Throws the first exception, if there was one. */
    private void passOn() {
        var thrown = failure.getAndSet(null);
        switch (thrown) {
            case null -> {}
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException("a part of a kernel failed", thrown);
        }
    }

    private void claim(long call, int worker) {
        while (true) {
            long seen = ticket.get();
            int left = (int) seen;
            if (seen >>> 32 != call || left == 0) {
                return;
            }
            // Success proves that the call was still open, so its task and parts were valid when they were read.
            var work = task;
            int count = parts;
            if (ticket.compareAndSet(seen, seen - 1)) {
                int part = count - left;
                attempt(work, part, worker);
                var caller = done.incrementAndGet() == count ? waiting : null;
                if (caller != null) {
                    LockSupport.unpark(caller);
                }
            }
        }
    }

    private void serve(int worker) {
        var flag = parked[worker - 1];
        long served = 0;
        while (!closed) {
            long call = ticket.get() >>> 32;
            for (int spins = 0; call == served && spins < SPINS; spins++) {
                Thread.onSpinWait();
                call = ticket.get() >>> 32;
            }
            if (call == served) {
                flag.set(1);
                // A call may have arrived between setting the flag and this check: either its thread saw the flag, or
                // the call is seen here.
                if (ticket.get() >>> 32 == served && !closed) {
                    LockSupport.park(this);
                }
                flag.set(0);
                continue;
            }
            served = call;
            claim(call, worker);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (var thread : threads) {
            LockSupport.unpark(thread);
        }
        boolean interrupted = false;
        for (var thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
