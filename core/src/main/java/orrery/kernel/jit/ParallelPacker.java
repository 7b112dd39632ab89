package orrery.kernel.jit;

import org.jspecify.annotations.Nullable;
import orrery.kernel.Crew;
import orrery.tensor.Matrix;

/** Packs whole matrices, panel by panel on all workers. */
final class ParallelPacker implements Crew.Task, AutoCloseable {
    private final Crew crew;
    private final WorkerMemory scratch;
    private Matrix matrix = Matrix.EMPTY;
    private @Nullable PanelPacker packer;
    private long weights;
    private long panels;
    private long panelBytes;

    ParallelPacker(Crew crew) {
        this.crew = crew;
        scratch = new WorkerMemory(crew.workers());
    }

    /** Packs all rows to {@code to}. */
    void pack(Matrix source, ProductKernels products, long to) {
        matrix = source;
        packer = products.packer();
        weights = RawMemory.address(source.data());
        panels = to;
        panelBytes = products.layout().panelBytes(source.columns());
        scratch.ensure(products.packer().scratchBytes(source.columns()));
        crew.run(this, products.layout().panels(source.rows()));
        matrix = Matrix.EMPTY;
    }

    @Override
    public void run(int part, int worker) {
        var with = packer;
        if (with != null) {
            with.pack(matrix, weights, part, panels + part * panelBytes, scratch.of(worker));
        }
    }

    @Override
    public void close() {
        scratch.close();
    }
}
