package orrery.app.terminal;

import java.io.PrintWriter;

/**
 * Counts seconds on standard error during an operation that does not report its progress; prints nothing if that is not
 * a terminal, or at first. Close it before anything else is printed.
 */
public final class Ticker implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 700;
    private static final long BEAT_MILLIS = 200;

    private final PrintWriter err;
    private final Object lock = new Object();
    private boolean ended;
    private volatile String note = "";
    private boolean shown;

    /** Starts counting. */
    public Ticker(Front front, String what, boolean visible) {
        err = front.err();
        ended = !visible || !front.terminals().errors();
        if (!ended) {
            Thread.ofPlatform().daemon().name("orrery-ticker").start(() -> tick(what));
        }
    }

    private void tick(String what) {
        long started = System.nanoTime();
        synchronized (lock) {
            try {
                lock.wait(PATIENCE_MILLIS);
                while (!ended) {
                    long tenths = (System.nanoTime() - started) / 100_000_000;
                    err.print("\r" + what + " … " + tenths / 10 + "." + tenths % 10 + " s " + note + " ");
                    err.flush();
                    shown = true;
                    lock.wait(BEAT_MILLIS);
                }
            } catch (InterruptedException e) {
                ended = true;
            }
        }
    }

    /** The current step; never shorter than before. */
    public void note(String what) {
        note = "· " + what;
    }

    @Override
    public void close() {
        synchronized (lock) {
            ended = true;
            lock.notifyAll();
            if (shown) {
                shown = false;
                err.print("\r\u001b[K");
                err.flush();
            }
        }
    }
}
