package orrery.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** Opened resources, closed in reverse order; a failure of one does not keep the others open. */
final class Resources implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();

    /** Registers how to close something, and returns it. */
    synchronized <T> T add(T what, Runnable close) {
        closers.push(close);
        return what;
    }

    @Override
    public synchronized void close() {
        Throwable first = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        switch (first) {
            case null -> {}
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new IllegalStateException(first);
        }
    }
}
