package orrery.kernel;

import java.util.stream.LongStream;

/** Counts what the calling thread and the kernels' threads allocate. */
public final class Allocation {
    private static final int TOKENS = 1000;

    private Allocation() {}

    /**
     * Bytes for one token, the minimum of as many tries as fit into half a minute; stops at {@code enough} or fewer.
     */
    public static long leastBytes(Runnable token, long enough) throws ReflectiveOperationException {
        // By reflection: the module under test does not read the management modules.
        var bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        var bytesOf =
                Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long[].class);
        Object threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.equals(Thread.currentThread())
                        || thread.getName().startsWith("orrery-worker-"))
                .mapToLong(Thread::threadId)
                .toArray();
        long deadline = System.nanoTime() + 30_000_000_000L;
        long least = Long.MAX_VALUE;
        while (least > enough && System.nanoTime() < deadline) {
            var before = (long[]) bytesOf.invoke(bean, threads);
            for (int i = 0; i < TOKENS; i++) {
                token.run();
            }
            var after = (long[]) bytesOf.invoke(bean, threads);
            // Reading the counter allocates some hundred bytes, which vanish in the division.
            least = Math.min(
                    least, (LongStream.of(after).sum() - LongStream.of(before).sum()) / TOKENS);
        }
        return least;
    }
}
