package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import orrery.spec.Activation;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Position.Pairing;
import orrery.spec.Reach;
import orrery.tensor.Matrix;

/**
 * A decoder's calls for one token in one layer, many times over, on all threads. The aim is nothing at all; what is left are vectors that C2
 * does not keep in registers (see docs/benchmarks.md). This bound keeps it from growing: one loop that falls back to objects altogether
 * allocates megabytes.
 */
final class AllocationTest {
    private static final int WIDTH = 256;
    private static final long MOST_BYTES = 16 << 10;

    @Test
    void allocatesFewKilobytesForATokenOnceCompiled() throws Exception {
        var spec = new CacheSpec.PerToken(128, 128, Reach.FULL);
        try (var kernels = Backend.named("vector").open(new Backend.Options(2));
                var cache = new KvCache(List.of(spec), 32, 8)) {
            var table = new PageTable();
            for (int i = 0; i < 8; i++) {
                table.append(cache.take(0));
            }
            var step = new Step(1);
            step.add(step.addSequence(new PageTable[] {table}), 0, 200, true);
            var attention = new Attention(new Heads(4, 2, 64), 64, Reach.FULL, 0.125f, 0f);
            var x = kernels.allocate(1, WIDTH);
            var y = kernels.allocate(1, WIDTH);
            var half = kernels.allocate(1, 128);
            var weight = Matrix.of(kernels.allocate(WIDTH, WIDTH));
            var norm = kernels.allocate(1, WIDTH);
            var angles = kernels.allocate(1, 64);
            var frequencies = new float[32];
            Runnable token = () -> {
                kernels.angles(angles, frequencies, 1f, step.positions(), 1);
                kernels.rmsNorm(y, x, norm, 1e-5, 1);
                kernels.matmul(x, y, weight, 1);
                kernels.rope(x, angles, 64, 0, Pairing.HALVES, 1);
                kernels.attend(y, x, half, half, cache, 0, attention, step);
                kernels.gate(y, y, x, Activation.SILU, 1);
                kernels.add(x, y, 1);
                kernels.argmax(x, 0);
            };
            long deadline = System.nanoTime() + 60_000_000_000L;
            long least = Long.MAX_VALUE;
            while (least > MOST_BYTES && System.nanoTime() < deadline) {
                for (int i = 0; i < 500; i++) {
                    token.run();
                }
                long before = allocated();
                for (int i = 0; i < 200; i++) {
                    token.run();
                }
                least = Math.min(least, (allocated() - before) / 200);
            }
            assertThat(least).as("bytes a token").isLessThanOrEqualTo(MOST_BYTES);
        }
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
