package orrery.bench;

import java.util.Collections;
import java.util.List;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/** The attention of some layers for the last rows of one sequence: too many layers for the processor's caches. */
final class Past implements AutoCloseable {
    /** The shape of Llama 3.2 1B. */
    static final Attention GROUPED = new Attention(new Heads(32, 8, 64), 64, Reach.FULL, 0.125f, 0);

    private static final long ENOUGH = 256L << 20;

    private final Kernels kernels;
    private final KvCache cache;
    private final Attention attention;
    private final Step step;
    private final Tensor query;
    private final Tensor out;
    private final long bytesPerToken;
    private final int layers;
    private final int context;
    private final int rows;

    Past(Kernels kernels, Attention attention, KvType type, int context, int rows) {
        this.kernels = kernels;
        this.attention = attention;
        this.context = context;
        this.rows = rows;
        var heads = attention.heads();
        var spec = new CacheSpec.PerToken(
                heads.keyValue(), heads.size(), latent(attention) ? 0 : attention.valueSize(), Reach.FULL);
        bytesPerToken = KvCache.bytesPerToken(spec, type);
        layers = rows > 1 ? 1 : (int) Math.clamp(ENOUGH / (bytesPerToken * context), 1, 16);
        int size = KvCache.DEFAULT_PAGE_SIZE;
        int pages = (context + size - 1) / size;
        cache = new KvCache(Collections.nCopies(layers, spec), type, size, pages);
        var table = new PageTable();
        for (int i = 0; i < pages; i++) {
            int page = cache.take(0);
            table.append(page);
            // Written, so that reading it reads real memory instead of the zero page: a small number in every type.
            for (int layer = 0; layer < layers; layer++) {
                cache.slab(layer, page)
                        .asSlice(cache.base(layer, page), cache.layerBytes(layer))
                        .fill((byte) 0x1c);
            }
        }
        step = new Step(rows);
        int sequence = step.addSequence(new PageTable[] {table});
        for (int r = 0; r < rows; r++) {
            step.add(sequence, 0, context - rows + r, false);
        }
        query = kernels.allocate(rows, heads.query() * heads.size());
        out = kernels.allocate(rows, heads.query() * attention.valueSize());
    }

    /** Latent attention with {@code heads}: one key of 512 elements, which are also the value, and 64 more. */
    static Attention latent(int heads) {
        return new Attention(new Heads(heads, 1, 576), 512, Reach.FULL, 0.07f, 0);
    }

    private static boolean latent(Attention attention) {
        return attention.heads().keyValue() == 1
                && attention.valueSize() < attention.heads().size();
    }

    /** Bytes of keys and values that one run reads at least. */
    double bytes() {
        return (double) layers * context * bytesPerToken;
    }

    /** FLOPs of the two products, not counting positions that a row does not see. */
    double operations() {
        double seen = (double) rows * (context - rows) + rows * (rows + 1.0) / 2;
        return layers
                * seen
                * 2
                * attention.heads().query()
                * (attention.heads().size() + attention.valueSize());
    }

    void run() {
        for (int layer : LAYERS.subList(0, layers)) {
            kernels.attend(out, query, cache, layer, attention, step);
        }
    }

    private static final List<Integer> LAYERS =
            java.util.stream.IntStream.range(0, 16).boxed().toList();

    @Override
    public void close() {
        cache.close();
    }
}
