package orrery.constrain;

/** Counts the steps of each operation and the memory of all, and ends an operation that exceeds its limits. */
final class WorkLimit {
    private static final int STEPS_PER_CLOCK = 4096;

    /** One operation of one answer, with its own number of steps. */
    static final class Operation {
        private final String name;
        private long stepsLeft;

        Operation(String name) {
            this.name = name;
        }

        /** Starts to count again. */
        Operation begin(CompileLimits limits) {
            stepsLeft = limits.steps();
            return this;
        }
    }

    private final CompileLimits limits;
    private final long deadline;
    private Operation operation = new Operation("compiling the grammar");
    private boolean timed = true;
    private long nextClock;
    private long bytes;

    /** Starts with compiling, which is also limited in time. */
    WorkLimit(CompileLimits limits) {
        this.limits = limits;
        deadline = System.nanoTime() + limits.time().toNanos();
        nextClock = operation.begin(limits).stepsLeft - STEPS_PER_CLOCK;
    }

    /** The steps from now on are part of this operation. */
    void continueWith(Operation of) {
        operation = of;
        timed = false;
        nextClock = 0;
    }

    void step() {
        steps(1);
    }

    void steps(int count) {
        operation.stepsLeft -= count;
        if (operation.stepsLeft < nextClock) {
            check();
        }
    }

    private void check() {
        if (operation.stepsLeft < 0) {
            throw new GrammarException("the grammar is too ambiguous or too large: " + operation.name
                    + " took more than " + limits.steps() + " steps");
        }
        if (timed) {
            nextClock = operation.stepsLeft - STEPS_PER_CLOCK;
            if (System.nanoTime() - deadline > 0) {
                throw new GrammarException("the grammar is too large: " + operation.name + " took more than "
                        + limits.time().toMillis() + " ms");
            }
        }
    }

    /** Counts memory that is kept until all states are dropped. */
    void keep(long more) {
        bytes += more;
        if (bytes > limits.stateBytes()) {
            throw tooLarge(limits.stateBytes());
        }
    }

    private GrammarException tooLarge(long limit) {
        return new GrammarException(
                "the grammar is too large: " + operation.name + " needs more than " + limit / 1024 + " KiB of states");
    }

    /** Ends an answer that needs half of the memory for the states that it is in. */
    void checkRoom() {
        if (isHalfFull()) {
            throw tooLarge(limits.stateBytes() / 2);
        }
    }

    /** Whether so much memory is in use that it is time to drop the states that no answer needs any more. */
    boolean isHalfFull() {
        return bytes > limits.stateBytes() / 2;
    }

    long bytes() {
        return bytes;
    }
}
