package orrery.app.terminal;

import java.io.PrintWriter;

/**
 * A progress bar on standard error for long operations, with the remaining time once it can be estimated; prints
 * nothing if that is not a terminal, or during the first half second.
 */
public final class Progress implements AutoCloseable {
    private static final int CELLS = 30;
    private static final long PATIENCE_NANOS = 500_000_000;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final long KNOWN_NANOS = 3_000_000_000L;

    private final PrintWriter err;
    private final boolean visible;
    private final String what;
    private final long started = System.nanoTime();
    private long drawn;
    private boolean shown;

    /**
     * @param what describes the operation in a few words
     * @param visible false to print nothing
     */
    public Progress(Front front, String what, boolean visible) {
        this.err = front.err();
        this.visible = visible && front.terminals().errors();
        this.what = what;
    }

    /** Reports progress. Draws at most ten times per second. */
    public void at(long done, long all) {
        long now = System.nanoTime();
        if (!visible || now - started < PATIENCE_NANOS || (shown && now - drawn < REDRAW_NANOS)) {
            return;
        }
        drawn = now;
        shown = true;
        long share = all <= 0 ? 0 : Math.clamp(done, 0, all) * 100 / all;
        int full = (int) (share * CELLS / 100);
        err.print("\r" + what + " " + "█".repeat(full) + "░".repeat(CELLS - full) + " " + share + " %"
                + left(now - started, done, all) + "\u001b[K");
        err.flush();
    }

    /** The remaining time, in proportion to the time so far; empty in the first seconds. */
    static String left(long nanos, long done, long all) {
        if (nanos < KNOWN_NANOS || done <= 0 || done >= all) {
            return "";
        }
        long seconds = Math.round(nanos / 1e9 / done * (all - done));
        if (seconds < 60) {
            return ", " + seconds + " s left";
        }
        return seconds < 5400
                ? ", " + Math.round(seconds / 60.0) + " min left"
                : ", " + Math.round(seconds / 360.0) / 10.0 + " h left";
    }

    /** Removes the bar; the next report draws it again. */
    public void clear() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
            shown = false;
        }
    }

    /** Removes the bar. */
    @Override
    public void close() {
        clear();
    }
}
