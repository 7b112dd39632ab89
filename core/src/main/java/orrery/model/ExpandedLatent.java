package orrery.model;

import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.Reach;
import orrery.tensor.Tensor;

/**
 * Latent attention in expanded form, one head after another, for the rows of one sequence. The expanded keys and values
 * are in a small buffer of their own that the next head overwrites; the KV cache only holds latents.
 */
final class ExpandedLatent {
    private static final int PAGE = 64;

    private final Latent spec;
    private final Kernels kernels;
    private final Attention attention;
    private final KvCache cache;
    private final PageTable[] pages = {new PageTable()};
    private final Step past;
    private final Step rows;
    private final Tensor latents;
    private final Tensor rotaries;
    private final Tensor plain;
    private final Tensor key;
    private final Tensor value;
    private final Tensor gathered;
    private final Tensor query;
    private final Tensor mixed;
    private final Tensor values;

    /** @param longest the longest sequence that is expanded, in tokens */
    ExpandedLatent(Latent spec, Scratch scratch, int longest) {
        this.spec = spec;
        kernels = scratch.kernels();
        int keySize = spec.querySize();
        attention = new Attention(
                new Heads(1, 1, keySize),
                spec.valueSize(),
                Reach.FULL,
                (float) spec.scores().scale(),
                (float) spec.scores().softcap());
        int runs = Math.ceilDiv(longest, PAGE);
        cache = KvCache.ofScratch(
                java.util.List.of(new CacheSpec.PerToken(1, keySize, spec.valueSize(), Reach.FULL)), PAGE, runs);
        for (int run = 0; run < runs; run++) {
            pages[0].append(cache.take(0));
        }
        past = new Step(longest);
        rows = new Step(scratch.rows());
        latents = kernels.allocate(longest, spec.latentRank());
        rotaries = kernels.allocate(longest, spec.rope().dimensions());
        plain = kernels.allocate(longest, spec.nopeSize());
        key = kernels.allocate(longest, keySize);
        value = kernels.allocate(longest, spec.valueSize());
        gathered = scratch.buffer("gathered queries", spec.queryHeads() * keySize);
        query = scratch.buffer("one query", keySize);
        mixed = scratch.buffer("one mixture", spec.valueSize());
        values = scratch.buffer("gathered mixtures", spec.queryHeads() * spec.valueSize());
    }

    /**
     * Attends for one sequence, whose latents, including this step's, are in the cache.
     *
     * @param out {@code [rows, heads * valueSize]} of the whole step; this sequence's rows are written
     * @param queries {@code [rows, heads * querySize]} of the whole step, with RoPE applied
     * @param up the up-projections of every head
     */
    void attend(Tensor out, Tensor queries, LatentUp up, LatentPlan plan, int segment, Pass pass, int layer) {
        var step = pass.step();
        int first = plan.first(segment);
        int count = plan.count(segment);
        int last = step.positions()[plan.expandedRows()[first + count - 1]];
        int length = last + 1;
        past.clear();
        rows.clear();
        int pastSequence = past.addSequence(pages);
        for (int position = 0; position < length; position++) {
            past.add(pastSequence, 0, position, false);
        }
        int rowSequence = rows.addSequence(pages);
        for (int i = first; i < first + count; i++) {
            rows.addLike(rowSequence, step, plan.expandedRows()[i]);
        }
        var table = plan.pages(step, segment, pass.cache().poolOf(layer));
        kernels.gatherKv(latents, 0, pass.cache(), layer, table, length);
        kernels.gatherKv(rotaries, spec.latentRank(), pass.cache(), layer, table, length);
        kernels.gather(gathered, queries, plan.expandedRows(), first, count);
        for (int head = 0; head < spec.queryHeads(); head++) {
            rebuild(up, head, length);
            kernels.placeHeads(
                    query,
                    spec.querySize(),
                    0,
                    gathered,
                    spec.querySize(),
                    head * spec.querySize(),
                    1,
                    spec.querySize(),
                    count);
            kernels.attend(mixed, query, cache, 0, attention, rows);
            kernels.place(values, head * spec.valueSize(), mixed, count);
        }
        kernels.scatter(out, values, plan.expandedRows(), first, count);
    }

    /**
     * Expands one head's keys {@code [NoPE | RoPE]} and values for the first {@code length} positions into the small
     * buffer.
     */
    private void rebuild(LatentUp up, int head, int length) {
        kernels.matmul(plain, latents, up.latentToKey().get(head), length);
        kernels.place(key, 0, plain, length);
        kernels.place(key, spec.nopeSize(), rotaries, length);
        kernels.matmul(value, latents, up.latentToValue().get(head), length);
        kernels.storeKv(key, value, cache, 0, attention, past);
    }
}
