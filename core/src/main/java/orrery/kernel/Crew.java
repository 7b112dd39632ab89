package orrery.kernel;

/**
 * The threads that compute for one {@link Kernels}. A backend that replaces some operations of another runs its tasks
 * on the other's crew, so that a model has one crew however many backends compute for it. One thread calls at a time,
 * the one that calls the kernels.
 */
public interface Crew {
    /** The calling thread computes alone. */
    Crew CALLER = new Crew() {
        @Override
        public int workers() {
            return 1;
        }

        @Override
        public void run(Task task, int parts) {
            for (int part = 0; part < parts; part++) {
                task.run(part, 0);
            }
        }
    };

    /** Work in parts that do not depend on one another. */
    @FunctionalInterface
    interface Task {
        /**
         * Does one part.
         *
         * @param worker who does it, from 0 (the caller) to {@link #workers} - 1: no one else uses what belongs to that
         *     number meanwhile
         */
        void run(int part, int worker);
    }

    /** Threads that compute, the caller's among them. */
    int workers();

    /**
     * Runs all parts and returns when the last one is done. If a part throws, the first thing thrown reaches the
     * caller.
     */
    void run(Task task, int parts);
}
