package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.util.Arrays;

/** The products that weights choose from, each with the scratch that it needs: one of each kind a {@link VectorKernels}. */
final class Products {
    final WorkerPool pool;
    final StreamProduct stream;
    final BlockProduct block;
    final SpreadProduct spread;
    final PanelProduct panel;
    final JointProduct joint;

    /** For the parts of a joint product, by worker. */
    final StreamProduct[] streams;

    final EightBitRows eights;
    final AnyPanel panels;

    Products(WorkerPool pool, Scratch scratch, Arena arena) {
        this.pool = pool;
        stream = new StreamProduct(pool);
        block = new BlockProduct(pool, scratch);
        spread = new SpreadProduct(pool);
        panel = new PanelProduct(pool, scratch);
        streams = new StreamProduct[pool.workers()];
        Arrays.setAll(streams, _ -> new StreamProduct(pool));
        eights = new EightBitRows(new Scratch(arena, pool.workers()), pool.workers());
        panels = new AnyPanel(scratch, pool.workers());
        joint = new JointProduct(pool, scratch, eights, panels);
    }
}
