package orrery.engine;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import orrery.kernel.Backend;
import orrery.kernel.WarmUp;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Heads;
import orrery.spec.LayerSpec;
import orrery.tensor.DType;

/**
 * Has the kernels compiled while a model is loaded, on a thread of its own, since reading and repacking leave a processor something to do. It costs some seconds of that processor's time, once a process; models of
 * the size that plain loops answer never need it.
 */
final class Warming {
    /** Milliseconds after which whatever is not compiled has to be compiled while it runs. */
    private static final long MOST_MILLIS = 4000;

    private static final Heads HEADS = new Heads(4, 1, 64);

    /** What this process has compiled already. */
    private static final Set<DType> WARM = EnumSet.noneOf(DType.class);

    private final FutureTask<Long> task;

    private Warming(FutureTask<Long> task) {
        this.task = task;
    }

    /** Begins, where the backend is one whose kernels are slow until they are compiled. */
    static Warming start(Backend backend, int threads, ArchitectureSpec spec, Weights weights) {
        var dtypes = EnumSet.noneOf(DType.class);
        weights.bytes(matrix -> {
            if (matrix.rows() > 1) {
                dtypes.add(matrix.dtype());
            }
            return 0;
        });
        // FP8 needs scales to be multiplied, and is compiled as it runs.
        dtypes.remove(DType.F8_E4M3);
        var heads = spec.layers().stream()
                .filter(LayerSpec.Residual.class::isInstance)
                .map(layer -> ((LayerSpec.Residual) layer).mixer().op())
                .filter(GroupedQuery.class::isInstance)
                .map(op -> ((GroupedQuery) op).heads())
                .findFirst()
                .orElse(HEADS);
        boolean needed = backend.preference() > 0 && isNew(dtypes);
        int workers = Math.min(2, threads);
        var task = new FutureTask<>(() -> needed
                ? Long.valueOf(WarmUp.run(backend, new Backend.Options(workers), dtypes, heads, MOST_MILLIS))
                : Long.valueOf(0));
        if (needed) {
            Thread.ofPlatform().daemon().name("orrery-warm-up").start(task);
        } else {
            task.run();
        }
        return new Warming(task);
    }

    /** Leaves what is not warm yet. */
    private static boolean isNew(Set<DType> dtypes) {
        synchronized (WARM) {
            dtypes.removeAll(WARM);
            WARM.addAll(dtypes);
            return !dtypes.isEmpty();
        }
    }

    /** Waits until it is done. */
    void join() {
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new EngineException("the kernels could not be warmed up: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
