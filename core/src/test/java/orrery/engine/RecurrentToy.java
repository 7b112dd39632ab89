package orrery.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.ExpertBank;
import orrery.model.ForwardPass;
import orrery.model.RoutingObserver;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;
import orrery.tensor.Tensor;

/**
 * The smallest model with a recurrent layer: {@code h = a h + e(token)}, then a layer that adds up one number of each
 * position in its window, then logits from both. Every sum is computed row by row in one order, so its numbers are the
 * same bits in any step. A draft ignores the window, so some of its tokens are right.
 */
final class RecurrentToy implements ForwardPass, AutoCloseable {
    static final int VOCABULARY = 40;
    private static final int STATE = 6;
    private static final Reach WINDOW = new Reach.Window(9);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /** The recurrent layer, the window's, and the draft's. */
    static final List<CacheSpec> LAYERS = List.of(
            new CacheSpec.PerSequence(STATE),
            new CacheSpec.PerToken(1, 1, 1, WINDOW),
            new CacheSpec.PerToken(1, 1, 1, Reach.FULL));

    private final Kernels kernels = Backend.named("scalar").open(new Backend.Options(1));
    private final int maxRows;
    private final Tensor hidden;
    private final Tensor logits;
    private final float[] state = new float[STATE];

    /** Rows computed so far, including draft tokens. */
    volatile long rows;

    RecurrentToy(int maxRows, int maxLogits) {
        this.maxRows = maxRows;
        hidden = kernels.allocate(maxRows, STATE);
        logits = kernels.allocate(maxLogits, VOCABULARY);
    }

    /** The same model without cache, steps or engine: a prompt and what follows it. */
    static int[] expected(int[] prompt, int length) {
        int[] tokens = Arrays.copyOf(prompt, length);
        var state = new float[STATE];
        var kept = new float[length];
        var row = new float[VOCABULARY];
        for (int position = 0; position < length - 1; position++) {
            next(state, tokens[position]);
            kept[position] = state[0];
            float sum = 0;
            for (int seen = WINDOW.firstSeenFrom(position); seen <= position; seen++) {
                sum += kept[seen];
            }
            if (position >= prompt.length - 1) {
                logits(row, state, sum);
                tokens[position + 1] = best(row);
            }
        }
        return tokens;
    }

    private static void next(float[] state, int token) {
        for (int i = 0; i < STATE; i++) {
            state[i] = (0.95f - 0.1f * i) * state[i] + (float) Math.sin(1.7 * token + i);
        }
    }

    private static void logits(float[] row, float[] state, float window) {
        for (int v = 0; v < VOCABULARY; v++) {
            float sum = 0.05f * window * (float) Math.cos(2.9 * v);
            for (int i = 0; i < STATE; i++) {
                sum += state[i] * (float) Math.cos(v * (i + 1.3));
            }
            row[v] = sum;
        }
    }

    private static int best(float[] row) {
        int best = 0;
        for (int v = 1; v < row.length; v++) {
            best = row[v] > row[best] ? v : best;
        }
        return best;
    }

    @Override
    public Tensor forward(Step step, KvCache cache, RoutingObserver routing) {
        var row = new float[VOCABULARY];
        int wanted = 0;
        for (int r = 0; r < step.rows(); r++) {
            if (r == 0 || step.sequences()[r] != step.sequences()[r - 1]) {
                read(cache.state(0, step.stateBefore(step.sequences()[r])));
            }
            next(state, step.tokens()[r]);
            if (step.stateAfter(r) != Step.NO_STATE) {
                write(cache.state(0, step.stateAfter(r)));
            }
            int position = step.positions()[r];
            var pages = step.pages(r, cache.poolOf(1));
            key(cache, 1, pages, position).set(FLOAT, 0, state[0]);
            float sum = 0;
            for (int seen = WINDOW.firstSeenFrom(position); seen <= position; seen++) {
                sum += key(cache, 1, pages, seen).get(FLOAT, 0);
            }
            MemorySegment.copy(state, 0, hidden.data(), FLOAT, (long) r * STATE * Float.BYTES, STATE);
            if (wanted < step.wantedCount() && step.wanted()[wanted] == r) {
                logits(row, state, sum);
                put(wanted++, row);
            }
        }
        rows += step.rows();
        return logits;
    }

    @Override
    public Tensor draft(Step step, KvCache cache, Tensor hiddenStates, RoutingObserver routing) {
        var row = new float[VOCABULARY];
        int wanted = 0;
        for (int r = 0; r < step.rows(); r++) {
            int position = step.positions()[r];
            var pages = step.pages(r, cache.poolOf(2));
            key(cache, 2, pages, position).set(FLOAT, 0, step.tokens()[r]);
            if (wanted < step.wantedCount() && step.wanted()[wanted] == r) {
                MemorySegment.copy(hiddenStates.data(), FLOAT, (long) r * STATE * Float.BYTES, state, 0, STATE);
                next(state, step.tokens()[r]);
                logits(row, state, key(cache, 2, pages, 0).get(FLOAT, 0) / 10);
                put(wanted++, row);
            }
        }
        return logits;
    }

    private void read(MemorySegment from) {
        MemorySegment.copy(from, FLOAT, 0, state, 0, STATE);
    }

    private void write(MemorySegment to) {
        MemorySegment.copy(state, 0, to, FLOAT, 0, STATE);
    }

    private void put(int index, float[] row) {
        MemorySegment.copy(row, 0, logits.data(), FLOAT, (long) index * VOCABULARY * Float.BYTES, VOCABULARY);
    }

    private static MemorySegment key(KvCache cache, int layer, PageTable pages, int position) {
        int page = pages.page(position / cache.pageSize());
        long at = cache.base(layer, page) + (long) Float.BYTES * (position % cache.pageSize());
        return cache.slab(layer, page).asSlice(at, Float.BYTES);
    }

    @Override
    public int vocabSize() {
        return VOCABULARY;
    }

    @Override
    public int hiddenSize() {
        return STATE;
    }

    @Override
    public int maxRows() {
        return maxRows;
    }

    @Override
    public int maxLogits() {
        return (int) logits.rows();
    }

    @Override
    public Kernels kernels() {
        return kernels;
    }

    @Override
    public List<ExpertBank> experts() {
        return List.of();
    }

    @Override
    public Tensor lastHidden() {
        return hidden;
    }

    @Override
    public void close() {
        kernels.close();
    }
}
