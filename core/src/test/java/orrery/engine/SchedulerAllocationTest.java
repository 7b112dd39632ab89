package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import orrery.kernel.Allocation;
import orrery.kernel.KvCache;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/** Choosing and settling a step allocates nothing except a few small objects when a sequence's page is full. */
final class SchedulerAllocationTest {
    private static final int CONTEXT = 1 << 16;
    /** Bytes that reading the counter allocates, per step. */
    private static final long ASKING = 2;

    private static final class Counting implements Sequence.Recipient {
        @Override
        public void accept(Sequence sequence, int row) {
            sequence.append(row);
        }

        @Override
        public void fail(EngineException why) {
            throw why;
        }
    }

    @Test
    void allocatesNothingWithinAPage() throws ReflectiveOperationException {
        var layers = List.<CacheSpec>of(
                new CacheSpec.PerToken(1, 1, 1, Reach.FULL),
                new CacheSpec.PerToken(1, 1, 1, new Reach.Window(300)),
                new CacheSpec.PerSequence(4));
        try (var cache = new KvCache(layers, KvType.F32, CONTEXT, _ -> 17, 20)) {
            var scheduler = new Scheduler(cache, 8, 18, CONTEXT);
            for (int i = 0; i < 17; i++) {
                scheduler.submit(new Sequence(new int[] {i, 2, 3}, CONTEXT, cache.pools(), new Counting()));
            }
            // One that does not fit, and is checked again in every step.
            var prompt = new int[CONTEXT - 1];
            scheduler.submit(new Sequence(prompt, CONTEXT, cache.pools(), new Counting()));
            Runnable step = () -> {
                scheduler.next();
                scheduler.accept();
                scheduler.settle();
            };
            for (int i = 0; i < 2000; i++) {
                step.run();
            }
            assertThat(scheduler.stepping()).hasSize(17);
            assertThat(Allocation.leastBytes(step, ASKING)).as("bytes a step").isLessThanOrEqualTo(ASKING);
        }
    }
}
