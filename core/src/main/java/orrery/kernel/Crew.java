package orrery.kernel;

/**
 * The worker threads of one {@link Kernels}. A backend that replaces some operations of another runs its tasks on the
 * same threads, so that a model has one set of threads, however many backends compute for it. Only one thread calls at
 * a time, the one that calls the kernels.
 */
public interface Crew {
    /** Only the calling thread computes. */
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

    /** Work in independent parts. */
    @FunctionalInterface
    interface Task {
        /**
         * Does one part.
         *
         * @param worker the thread's number, from 0 (the caller) to {@link #workers} - 1: no other thread uses buffers
         *     with that number at the same time
         */
        void run(int part, int worker);
    }

    /** The number of threads, including the caller. */
    int workers();

    /**
     * Runs all parts and returns when the last one is done. If parts throw, the first exception is thrown to the
     * caller.
     */
    void run(Task task, int parts);
}
