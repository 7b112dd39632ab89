package orrery.server.api;

import orrery.server.http.ApiException;

/**
 * Limits how many answers of a model run or wait. Further requests get a 429 at once with a Retry-After estimate: an
 * unbounded queue would only make every answer late.
 */
final class Gate {
    private final int running;
    private final int waiting;
    private int open;
    private double secondsOfAnswer = 1;

    /**
     * @param running the most answers that run at the same time
     * @param waiting the most answers that wait
     */
    Gate(int running, int waiting) {
        this.running = running;
        this.waiting = waiting;
    }

    /** Places for the answers of one request; closing it releases them. */
    final class Place implements AutoCloseable {
        private final int answers;
        private final long since = System.nanoTime();
        private boolean closed;

        private Place(int answers) {
            this.answers = answers;
        }

        @Override
        public void close() {
            synchronized (Gate.this) {
                if (!closed) {
                    closed = true;
                    open -= answers;
                    secondsOfAnswer += 0.1 * ((System.nanoTime() - since) / 1e9 - secondsOfAnswer);
                }
            }
        }
    }

    /**
     * Takes places.
     *
     * @throws ApiException 429 if there are too many requests now; 400 if this request can never fit
     */
    synchronized Place enter(int answers) {
        if (answers > running + waiting) {
            throw ApiException.invalid(
                    "n", "n is " + answers + ", but only " + (running + waiting) + " answers may run or wait here");
        }
        if (open + answers > running + waiting) {
            throw ApiException.busy(
                    secondsUntilFree(open + answers - running - waiting),
                    running + " answers run and " + (open - running) + " wait already; try again later");
        }
        open += answers;
        return new Place(answers);
    }

    /** A guess after how many seconds those that wait now will have had their turn. */
    synchronized int secondsUntilIdle() {
        return secondsUntilFree(open);
    }

    private int secondsUntilFree(int places) {
        return (int) Math.clamp(Math.ceil((double) places / running * secondsOfAnswer), 1, 60);
    }

    synchronized int running() {
        return Math.min(open, running);
    }

    synchronized int waiting() {
        return Math.max(0, open - running);
    }
}
