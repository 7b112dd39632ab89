package orrery.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Backend;
import orrery.kernel.Crew;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.kernel.RopeAngles;
import orrery.kernel.Weight;
import orrery.kernel.WorkerPool;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Another backend's kernels, opened on first use. Most models need none besides emitted code, and loading the classes
 * of the Vector API takes longer than packing the weights of a small model. Threads, memory, RoPE angles and reading
 * results need no backend.
 */
final class LateKernels extends ForwardingKernels {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * From this size in bytes on, a tensor has its own pages, which the system zeroes on first access: the last rows of
     * activations are only needed for long prompts.
     */
    private static final long WHOLE_PAGES = 64L << 10;

    private final Arena arena = Arena.ofShared();
    private final WorkerPool crew;
    private final RopeAngles angles;
    private final Opening opening;

    LateKernels(Supplier<Backend> backend, Backend.Options options) {
        this(new Opening(backend, options, new WorkerPool(options.threads())));
    }

    private LateKernels(Opening opening) {
        super(opening);
        this.opening = opening;
        crew = opening.crew;
        angles = new RopeAngles(crew);
    }

    /** Opens once, and never after it was closed. */
    private static final class Opening implements Supplier<Kernels> {
        private final Supplier<Backend> backend;
        private final Backend.Options options;
        private final WorkerPool crew;
        private volatile @Nullable Kernels opened;
        private boolean closed;

        Opening(Supplier<Backend> backend, Backend.Options options, WorkerPool crew) {
            this.backend = backend;
            this.options = new Backend.Options(options.threads(), options.vectorBits(), Optional.of(crew));
            this.crew = crew;
        }

        @Override
        public Kernels get() {
            var kernels = opened;
            return kernels != null ? kernels : open();
        }

        private synchronized Kernels open() {
            if (closed) {
                throw new IllegalStateException("kernels were used after they were closed");
            }
            var kernels = opened;
            if (kernels == null) {
                kernels = backend.get().unchecked(options);
                opened = kernels;
            }
            return kernels;
        }

        synchronized void close() {
            var kernels = opened;
            if (kernels != null && !closed) {
                kernels.close();
            }
            closed = true;
        }
    }

    @Override
    public Crew crew() {
        return crew;
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        var shape = Shape.of(rows, columns);
        long bytes = DType.F32.bytes(shape.elements());
        return bytes < WHOLE_PAGES
                ? Tensor.zeros(arena, DType.F32, rows, columns)
                : new Tensor(DType.F32, shape, LargePages.allocate(arena, bytes));
    }

    @Override
    public boolean owns(Weight weight) {
        var opened = opening.opened;
        return opened != null && opened.owns(weight);
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        angles.fill(out, frequencies, factor, positions, rows);
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        int columns = Math.toIntExact(x.columns());
        MemorySegment.copy(x.data(), FLOAT, (long) Float.BYTES * row * columns, target, 0, columns);
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        crew.close();
        opening.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
