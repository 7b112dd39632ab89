package orrery.app.terminal;

import java.util.logging.LogManager;

/**
 * The JDK's log manager removes all handlers as soon as the process is told to end. This one keeps them, because a
 * server that finishes its open answers has much to log after that.
 */
public final class LastingLogManager extends LogManager {
    private static volatile boolean lasting;

    /** Keeps the handlers from now on. */
    static void last() {
        lasting = true;
    }

    @Override
    public void reset() {
        if (!lasting) {
            super.reset();
        }
    }
}
