package orrery.app.terminal;

import java.io.PrintWriter;

/** A bar on standard error for what takes long; silent where that is no terminal, and for the first half second. */
public final class Progress implements AutoCloseable {
    private static final int CELLS = 30;
    private static final long PATIENCE_NANOS = 500_000_000;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintWriter err;
    private final boolean visible;
    private final String what;
    private final long started = System.nanoTime();
    private long drawn;
    private boolean shown;

    /**
     * @param what is going on, in a few words
     * @param visible false for silence
     */
    public Progress(Front front, String what, boolean visible) {
        this.err = front.err();
        this.visible = visible && front.terminals().errors();
        this.what = what;
    }

    /** So much is done. Draws at most ten times a second. */
    public void at(long done, long all) {
        long now = System.nanoTime();
        if (!visible || now - started < PATIENCE_NANOS || (shown && now - drawn < REDRAW_NANOS)) {
            return;
        }
        drawn = now;
        shown = true;
        long share = all <= 0 ? 0 : Math.clamp(done, 0, all) * 100 / all;
        int full = (int) (share * CELLS / 100);
        err.print("\r" + what + " " + "█".repeat(full) + "░".repeat(CELLS - full) + " " + share + " % ");
        err.flush();
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
            shown = false;
        }
    }
}
