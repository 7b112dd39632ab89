package orrery.kernel;

/** Counts what the thread that calls and the threads of the kernels allocate. */
public final class Allocation {
    private static final int TOKENS = 2000;

    private Allocation() {}

    /** Bytes for one token, the least of as many tries as fit in a minute; stops at nothing. Compilation is done when it is done. */
    public static long leastBytes(Runnable token) throws ReflectiveOperationException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        long least = Long.MAX_VALUE;
        while (least > 0 && System.nanoTime() < deadline) {
            long before = allocated();
            for (int i = 0; i < TOKENS; i++) {
                token.run();
            }
            // What asking itself allocates, some hundred bytes, disappears in the division.
            least = Math.min(least, (allocated() - before) / TOKENS);
        }
        return least;
    }

    /** Bytes that all threads of the pool and this one have allocated so far. */
    private static long allocated() throws ReflectiveOperationException {
        // By reflection: the module under test does not read the management modules.
        var bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        var bytesOf = Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        long bytes = 0;
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (thread.equals(Thread.currentThread()) || thread.getName().startsWith("orrery-worker-")) {
                bytes += (Long) bytesOf.invoke(bean, thread.threadId());
            }
        }
        return bytes;
    }
}
