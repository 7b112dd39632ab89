package orrery.kernel.jit;

/** Memory for each worker; growing loses its content. */
final class WorkerMemory implements AutoCloseable {
    /** Padding between workers' memory, so that they do not compete for the same cache sets. */
    private static final long APART = 4096 + 512;

    private final int workers;
    private final GrowingMemory memory = new GrowingMemory();
    private long each;

    WorkerMemory(int workers) {
        this.workers = workers;
    }

    /** Ensures a size for every worker. */
    void ensure(long bytes) {
        if (bytes > each) {
            each = Math.max(bytes, 2 * each) + RoundedRow.LINE & -RoundedRow.LINE;
            memory.ensure(workers * (each + APART));
        }
    }

    /** The address of a worker's memory, a multiple of 64. */
    long of(int worker) {
        return memory.address() + worker * (each + APART);
    }

    @Override
    public void close() {
        memory.close();
    }
}
