package orrery.kernel.jit;

/** Memory of each worker's own; what it held is lost when it grows. */
final class WorkerMemory implements AutoCloseable {
    /** Between one's and the next one's, so that they do not compete for the same sets of a cache. */
    private static final long APART = 4096 + 512;

    private final int workers;
    private final GrowingMemory memory = new GrowingMemory();
    private long each;

    WorkerMemory(int workers) {
        this.workers = workers;
    }

    /** Makes sure that every worker has so many bytes. */
    void ensure(long bytes) {
        if (bytes > each) {
            each = Math.max(bytes, 2 * each) + RoundedRow.LINE & -RoundedRow.LINE;
            memory.ensure(workers * (each + APART));
        }
    }

    /** Where a worker's memory begins, a multiple of 64. */
    long of(int worker) {
        return memory.address() + worker * (each + APART);
    }

    @Override
    public void close() {
        memory.close();
    }
}
