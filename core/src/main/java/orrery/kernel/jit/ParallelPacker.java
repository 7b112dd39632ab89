package orrery.kernel.jit;

import org.jspecify.annotations.Nullable;
import orrery.kernel.Crew;
import orrery.tensor.Matrix;

/** Packs matrices, panel by panel on all workers. */
final class ParallelPacker implements Crew.Task, AutoCloseable {
    private final Crew crew;
    private final WorkerMemory scratch;
    private Matrix matrix = Matrix.EMPTY;
    private @Nullable PanelPacker packer;
    private long weights;
    private long panels;
    private int first;
    private long panelBytes;

    ParallelPacker(Crew crew) {
        this.crew = crew;
        scratch = new WorkerMemory(crew.workers());
    }

    /** Packs {@code count} panels, from {@code from} on, of a matrix whose first panel starts at {@code to}. */
    void pack(Matrix source, ProductKernels products, int from, int count, long to) {
        matrix = source;
        packer = products.packer();
        weights = RawMemory.address(source.data());
        panels = to;
        first = from;
        panelBytes = products.layout().panelBytes(source.columns());
        scratch.ensure(products.packer().scratchBytes(source.columns()));
        crew.run(this, count);
        matrix = Matrix.EMPTY;
    }

    @Override
    public void run(int part, int worker) {
        var with = packer;
        if (with != null) {
            int panel = first + part;
            with.pack(matrix, weights, panel, panels + panel * panelBytes, scratch.of(worker));
        }
    }

    @Override
    public void close() {
        scratch.close();
    }
}
