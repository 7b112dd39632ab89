package orrery.app.terminal;

import java.util.logging.LogManager;

/**
 * The JDK's log manager, which would take all handlers away as soon as the process is told to end: a server has much to
 * log after that, since open answers go on.
 */
public final class LastingLogManager extends LogManager {
    private static volatile boolean lasting;

    /** From now on, handlers stay. */
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
