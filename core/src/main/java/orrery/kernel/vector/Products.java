package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.util.Arrays;
import orrery.kernel.Crew;

/** The products that weights choose from, each with its scratch: one of each kind per {@link VectorKernels}. */
final class Products {
    final Crew pool;
    final Gemv stream;
    final SmallGemm block;
    final TransposedGemv spread;
    final Gemm panel;
    final BatchedGemm joint;

    /** For the parts of a batched product, by worker. */
    final Gemv[] streams;

    final Fp8Gemv eights;
    final AnyPanel panels;

    Products(Crew pool, WorkerScratch scratch, Arena arena) {
        this.pool = pool;
        stream = new Gemv(pool);
        block = new SmallGemm(pool, scratch);
        spread = new TransposedGemv(pool);
        panel = new Gemm(pool, scratch);
        streams = new Gemv[pool.workers()];
        Arrays.setAll(streams, _ -> new Gemv(pool));
        eights = new Fp8Gemv(new WorkerScratch(arena, pool.workers()), pool.workers());
        panels = new AnyPanel(scratch, pool.workers());
        joint = new BatchedGemm(pool, eights, panels);
    }
}
