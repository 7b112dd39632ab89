package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * Replaces a decoder: a slot of the cache holds a hash of all tokens up to its position, every row checks that all it
 * attends to is the past of its own sequence, and the next token is computed from the hash. So it finds every page that
 * is lost, shared, stale or misplaced.
 */
final class FakeModel implements AutoCloseable {
    static final int VOCABULARY = 50;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    final KvCache cache;
    final Scheduler scheduler;
    private final Optional<IntUnaryOperator> guessing;
    private final IntUnaryOperator turnsAs;
    private final int layers;
    private final DraftRows draftRows;
    private final List<Integer> allPages = new ArrayList<>();
    long rows;
    long guesses;

    /** A request: generates until it has {@code limit} tokens, then finishes. */
    final class Request implements Sequence.Recipient {
        final Sequence sequence;
        private final int limit;
        boolean done;

        Request(int limit, int... prompt) {
            sequence = new Sequence(prompt, limit, cache.pools(), this);
            this.limit = limit;
            scheduler.submit(sequence);
        }

        @Override
        public void accept(Sequence ready, int row) {
            assertThat(done).as("finished sequences get no logits").isFalse();
            int wanted = scheduler.step().wanted()[row];
            assertThat(scheduler.step().positions()[wanted]).isEqualTo(ready.length() - 1);
            assertThat(scheduler.stepping().get(scheduler.step().sequences()[wanted]))
                    .isSameAs(ready);
            ready.append(following(ready, ready.length()));
            if (ready.length() >= limit) {
                done = true;
                scheduler.finish(ready);
            }
        }

        @Override
        public void fail(EngineException why) {
            throw why;
        }

        int[] tokens() {
            var tokens = new int[sequence.length()];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = sequence.token(i);
            }
            return tokens;
        }

        /** The expected tokens, however the request was scheduled. */
        int[] expected() {
            var tokens = new int[limit];
            for (int i = 0; i < limit; i++) {
                tokens[i] = i < sequence.promptLength()
                        ? sequence.token(i)
                        : following(new History(0, java.util.Arrays.copyOf(tokens, i)), i);
            }
            return tokens;
        }
    }

    FakeModel(int pageSize, int maxPages, int prefillRows, int maxSequences, int context, Reach... reaches) {
        this(Optional.empty(), pageSize, maxPages, prefillRows, maxSequences, context, reaches);
    }

    /**
     * @param maxPages of the pool of each reach
     */
    FakeModel(int pageSize, List<Integer> maxPages, int prefillRows, int maxSequences, int context, Reach... reaches) {
        this(
                Optional.empty(),
                _ -> 1,
                pageSize,
                kept -> maxPages.get(List.of(reaches).indexOf(kept.reach())),
                prefillRows,
                maxSequences,
                context,
                reaches);
    }

    /** @param guessing from the token that will follow to the draft token; if present, the last layer is the draft's */
    FakeModel(
            Optional<IntUnaryOperator> guessing,
            int pageSize,
            int maxPages,
            int prefillRows,
            int maxSequences,
            int context,
            Reach... reaches) {
        this(guessing, _ -> 1, pageSize, _ -> maxPages, prefillRows, maxSequences, context, reaches);
    }

    /**
     * @param turnsAs the shortest length whose keys are those of a sequence of another length
     */
    FakeModel(
            Optional<IntUnaryOperator> guessing,
            IntUnaryOperator turnsAs,
            int pageSize,
            int maxPages,
            int prefillRows,
            int maxSequences,
            int context,
            Reach... reaches) {
        this(guessing, turnsAs, pageSize, _ -> maxPages, prefillRows, maxSequences, context, reaches);
    }

    private FakeModel(
            Optional<IntUnaryOperator> guessing,
            IntUnaryOperator turnsAs,
            int pageSize,
            ToIntFunction<CacheSpec.PerToken> maxPages,
            int prefillRows,
            int maxSequences,
            int context,
            Reach... reaches) {
        this.guessing = guessing;
        this.turnsAs = turnsAs;
        var speculation = guessing.isPresent() ? Speculation.MTP : Speculation.NONE;
        var layers = new ArrayList<CacheSpec>();
        for (var reach : reaches) {
            layers.add(new CacheSpec.PerToken(1, 1, 1, reach));
        }
        cache = new KvCache(layers, KvType.F32, pageSize, maxPages, 1);
        for (int pool = 0; pool < cache.pools(); pool++) {
            allPages.add(cache.available(pool));
        }
        scheduler = new Scheduler(cache, prefillRows, maxSequences, context, speculation, turnsAs);
        // The draft's own layer is the last.
        this.layers = guessing.isPresent() ? reaches.length - 1 : reaches.length;
        draftRows = new DraftRows(scheduler.step().capacity(), maxSequences);
    }

    /** One step; false if there was nothing to do. */
    boolean step() {
        if (!scheduler.next()) {
            return false;
        }
        var step = scheduler.step();
        rows += step.rows();
        for (int r = 0; r < step.rows(); r++) {
            var sequence = scheduler.stepping().get(step.sequences()[r]);
            int position = step.positions()[r];
            boolean guess = position == sequence.length();
            int token = guess ? sequence.guess : sequence.token(position);
            guesses += guess ? 1 : 0;
            assertThat(step.tokens()[r]).isEqualTo(token);
            int turned = turnsAs.applyAsInt(step.length(step.sequences()[r]));
            long row = mixed(hash(sequence, position), token) + turned;
            for (int layer = 0; layer < layers; layer++) {
                var table = step.pages(r, cache.poolOf(layer));
                write(layer, table, position, row);
                for (int p = cache.spec(cache.poolOf(layer)).reach().firstSeenFrom(position); p <= position; p++) {
                    assertThat(read(layer, table, p))
                            .as("position %d seen from %d in layer %d", p, position, layer)
                            .isEqualTo(p == position ? row : hash(sequence, p + 1) + turned);
                }
            }
        }
        scheduler.accept();
        guessing.ifPresent(this::draft);
        scheduler.settle();
        checkOwners();
        return true;
    }

    /**
     * Every page that is not available belongs to running sequences, and the reference count of a shared one is right.
     */
    private void checkOwners() {
        for (int pool = 0; pool < cache.pools(); pool++) {
            var owners = new HashMap<Integer, Integer>();
            for (var sequence : scheduler.running()) {
                for (int run = sequence.forgotten[pool]; run < sequence.pages[pool].length(); run++) {
                    owners.merge(sequence.pages[pool].page(run), 1, Integer::sum);
                }
            }
            assertThat(pagesOfSequences(pool)).isEqualTo(owners.size());
            for (var sequence : scheduler.running()) {
                for (int run = sequence.forgotten[pool]; run < sequence.pages[pool].length(); run++) {
                    int page = sequence.pages[pool].page(run);
                    if (run < sequence.blocks.size()) {
                        var shared = sequence.blocks.get(run).page(pool);
                        assertThat(shared.number).isEqualTo(page);
                        assertThat(owners).containsEntry(page, shared.users);
                    } else {
                        assertThat(owners).containsEntry(page, 1);
                    }
                }
            }
        }
    }

    /** The draft's slot at a position holds a hash of all tokens up to the one after it. */
    private void draft(IntUnaryOperator guess) {
        draftRows.next(scheduler.stepping());
        var step = draftRows.step();
        int wanted = 0;
        for (int r = 0; r < step.rows(); r++) {
            int source = draftRows.sources()[r];
            int position = step.positions()[r];
            assertThat(scheduler.step().positions()[source]).isEqualTo(position);
            var sequence = scheduler.stepping().get(scheduler.step().sequences()[source]);
            assertThat(step.tokens()[r]).isEqualTo(sequence.token(position + 1));
            var table = step.pages(r, cache.poolOf(layers));
            int turned = turnsAs.applyAsInt(step.length(step.sequences()[r]));
            write(layers, table, position, hash(sequence, position + 2) + turned);
            for (int p = cache.spec(cache.poolOf(layers)).reach().firstSeenFrom(position); p <= position; p++) {
                assertThat(read(layers, table, p))
                        .as("the draft's position %d seen from %d", p, position)
                        .isEqualTo(hash(sequence, p + 2) + turned);
            }
            if (wanted < step.wantedCount() && step.wanted()[wanted] == r) {
                assertThat(position).isEqualTo(sequence.length() - 2);
                draftRows.guess(wanted++, guess.applyAsInt(following(sequence, sequence.length())));
            }
        }
        assertThat(wanted).isEqualTo(draftRows.guesses());
    }

    void run() {
        for (int steps = 0; step(); steps++) {
            assertThat(steps).as("steps").isLessThan(100_000);
        }
        assertThat(scheduler.idle()).isTrue();
    }

    /** Pages of sequences, and cached ones. */
    int pagesTaken(int pool) {
        return allPages.get(pool) - cache.available(pool);
    }

    int pagesOfSequences(int pool) {
        return allPages.get(pool) - scheduler.blocks().available(pool);
    }

    /** Half of the hash is the position's key, the other half its value. */
    private void write(int layer, PageTable table, int position, long hash) {
        int page = page(layer, table, position);
        var slab = cache.slab(layer, page);
        slab.set(INT, cache.base(layer, page) + key(position), (int) hash);
        slab.set(INT, cache.base(layer, page) + value(position), (int) (hash >>> 32));
    }

    private long read(int layer, PageTable table, int position) {
        int page = page(layer, table, position);
        var slab = cache.slab(layer, page);
        long low = slab.get(INT, cache.base(layer, page) + key(position));
        long high = slab.get(INT, cache.base(layer, page) + value(position));
        return (high << 32) | (low & 0xFFFF_FFFFL);
    }

    private long key(int position) {
        return (long) Integer.BYTES * (position % cache.pageSize());
    }

    private long value(int position) {
        return key(position) + (long) Integer.BYTES * cache.pageSize();
    }

    private int page(int layer, PageTable table, int position) {
        int page = table.page(position / cache.pageSize());
        assertThat(page).as("the page of %d in layer %d", position, layer).isNotEqualTo(PageTable.ABSENT);
        return page;
    }

    private static int following(TokenHistory history, int length) {
        return (int) Long.remainderUnsigned(hash(history, length), VOCABULARY);
    }

    private static long hash(TokenHistory history, int length) {
        long hash = 1;
        for (int i = 0; i < length; i++) {
            hash = mixed(hash, history.token(i));
        }
        return hash;
    }

    private static long mixed(long hash, int token) {
        long mixed = (hash ^ token) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }

    @Override
    public void close() {
        cache.close();
    }
}
