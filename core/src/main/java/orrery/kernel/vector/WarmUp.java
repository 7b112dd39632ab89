package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import orrery.kernel.Attention;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Calls a model's operations on small zeros until they are compiled, so that the first tokens already run at full
 * speed: until C2 has compiled the loop around it, every vector is an object, and a product takes thirty times as long.
 * Compiled code serves the whole JVM. This costs some seconds of a processor that is idle during loading, once per
 * process.
 */
final class WarmUp {
    /** After this time, whatever is not compiled yet is compiled while the model runs. */
    private static final long MOST_NANOS = 4_000_000_000L;

    /** For a model with other heads. */
    private static final Heads HEADS = new Heads(4, 1, 64);

    /** The dtypes for which this process has compiled code already. */
    private static final Set<DType> WARM = EnumSet.noneOf(DType.class);

    private static final int OUTPUTS = 128;
    private static final int INPUTS = 512;
    private static final int POSITIONS = 256;
    private static final int[] ROWS = {1, 2, 5, 32};

    /** A round that takes at least this share of the fastest one before has gained nothing. */
    private static final double SETTLED = 0.9;

    private static final int SETTLED_ROUNDS = 6;

    private WarmUp() {}

    /** Starts on a separate thread, if a dtype of the model's is new to this process. */
    static Future<?> start(Backend backend, ArchitectureSpec spec, List<Matrix> products, Backend.Options options) {
        var dtypes = EnumSet.noneOf(DType.class);
        products.forEach(matrix -> dtypes.add(matrix.dtype()));
        // FP8 needs scales to be multiplied, and is compiled as it runs.
        dtypes.removeIf(DType::isFp8);
        keepNew(dtypes);
        if (dtypes.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        var workers = new Backend.Options(Math.min(2, options.threads()), options.vectorBits(), Optional.empty());
        var task = new FutureTask<Void>(() -> run(backend, workers, dtypes, heads(spec)), null);
        Thread.ofPlatform().daemon().name("orrery-warm-up").start(task);
        return task;
    }

    /** Keeps only the dtypes that are not warm yet. */
    private static void keepNew(Set<DType> dtypes) {
        synchronized (WARM) {
            dtypes.removeAll(WARM);
            WARM.addAll(dtypes);
        }
    }

    private static Heads heads(ArchitectureSpec spec) {
        return spec.layers().stream()
                .map(LayerSpec::attention)
                .flatMap(op -> switch (op) {
                    case GroupedQuery attention -> Stream.of(attention.heads());
                    case Latent _ -> Stream.<Heads>empty();
                })
                .findFirst()
                .orElse(HEADS);
    }

    /** Runs until calls stop getting faster, or the time is over. */
    private static void run(Backend backend, Backend.Options options, Set<DType> dtypes, Heads heads) {
        long deadline = System.nanoTime() + MOST_NANOS;
        var caches =
                List.<CacheSpec>of(new CacheSpec.PerToken(heads.keyValue(), heads.size(), heads.size(), Reach.FULL));
        try (var arena = Arena.ofShared();
                var kernels = backend.open(options);
                var cache = new KvCache(caches, KvCache.DEFAULT_PAGE_SIZE, POSITIONS / KvCache.DEFAULT_PAGE_SIZE + 1)) {
            var tasks = new ArrayList<Runnable>();
            for (var dtype : dtypes) {
                products(tasks, kernels, arena, dtype);
            }
            attention(tasks, kernels, cache, heads);
            small(tasks, kernels);
            for (var task : tasks) {
                settle(task, deadline);
            }
        }
    }

    private static void settle(Runnable task, long deadline) {
        long fastest = Long.MAX_VALUE;
        int settled = 0;
        while (settled < SETTLED_ROUNDS && System.nanoTime() < deadline) {
            long before = System.nanoTime();
            for (int i = 0; i < 16 && System.nanoTime() < deadline; i++) {
                task.run();
            }
            long took = System.nanoTime() - before;
            settled = took < SETTLED * fastest ? 0 : settled + 1;
            fastest = Math.min(fastest, took);
        }
    }

    private static void products(List<Runnable> tasks, Kernels kernels, Arena arena, DType dtype) {
        var weight = kernels.prepare(Matrix.of(Tensor.zeros(arena, dtype, OUTPUTS, INPUTS)));
        for (int rows : ROWS) {
            var x = kernels.allocate(rows, INPUTS);
            var out = kernels.allocate(rows, OUTPUTS);
            tasks.add(() -> kernels.matmul(out, x, weight, rows));
        }
    }

    private static void attention(List<Runnable> tasks, Kernels kernels, KvCache cache, Heads heads) {
        var pages = new PageTable();
        for (int position = 0; position < POSITIONS; position += KvCache.DEFAULT_PAGE_SIZE) {
            pages.append(cache.take(0));
        }
        var attention = new Attention(heads, heads.size(), Reach.FULL, 1, 0);
        for (int rows : new int[] {1, 32}) {
            var step = new Step(rows);
            int sequence = step.addSequence(new PageTable[] {pages});
            for (int r = 0; r < rows; r++) {
                step.add(sequence, 0, POSITIONS - rows + r, false);
            }
            var query = kernels.allocate(rows, heads.query() * heads.size());
            var key = kernels.allocate(rows, heads.keyValue() * heads.size());
            var out = kernels.allocate(rows, heads.query() * heads.size());
            tasks.add(() -> kernels.attend(out, query, key, key, cache, 0, attention, step));
        }
    }

    private static void small(List<Runnable> tasks, Kernels kernels) {
        var x = kernels.allocate(2, INPUTS);
        var y = kernels.allocate(2, INPUTS);
        var norm = kernels.allocate(1, INPUTS);
        var angles = kernels.allocate(2, 64);
        tasks.add(() -> {
            kernels.rmsNorm(y, x, norm, 1e-5, 2);
            kernels.rope(x, angles, 64, 0, Position.Pairing.HALVES, 2);
            kernels.gate(y, y, x, Activation.SILU, 2);
            kernels.add(x, y, 2);
            kernels.argmax(x, 0);
        });
    }
}
