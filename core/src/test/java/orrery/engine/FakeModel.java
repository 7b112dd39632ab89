package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;

/**
 * Stands in for a decoder: a slot of the cache "holds" a hash of all tokens up to its position, every row checks that all it sees is the past of
 * its own sequence, and the next token is made from the hash. So a page that is lost, shared, stale or misplaced is found.
 */
final class FakeModel implements AutoCloseable {
    static final int VOCABULARY = 50;

    final KvCache cache;
    final Scheduler scheduler;
    private final Map<Slot, Long> slots = new HashMap<>();
    private final Map<Slot, Long> draftSlots = new HashMap<>();
    private final Optional<IntUnaryOperator> guessing;
    private final int draftPool;
    private final DraftRows draftRows;
    private final List<Integer> allPages = new ArrayList<>();
    long rows;
    long guesses;

    private record Slot(int pool, int page, int offset) {}

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

        /** What it has to be, however it was scheduled. */
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
     * @param guessing from the token that will follow to the guess; if it is there, the last layer is the draft's
     */
    FakeModel(
            Optional<IntUnaryOperator> guessing,
            int pageSize,
            int maxPages,
            int prefillRows,
            int maxSequences,
            int context,
            Reach... reaches) {
        this.guessing = guessing;
        var speculation = guessing.isPresent() ? Speculation.MTP : Speculation.NONE;
        var layers = new ArrayList<CacheSpec>();
        for (var reach : reaches) {
            layers.add(new CacheSpec.PerToken(1, 1, reach));
        }
        cache = new KvCache(layers, pageSize, maxPages);
        for (int pool = 0; pool < cache.pools(); pool++) {
            allPages.add(cache.available(pool));
        }
        scheduler = new Scheduler(cache, prefillRows, maxSequences, context, speculation);
        draftPool = cache.poolOf(reaches.length - 1);
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
            long row = mixed(hash(sequence, position), token);
            for (int pool = 0; pool < cache.pools(); pool++) {
                slots.put(slot(step.pages(r, pool), pool, position), row);
            }
            for (int pool = 0; pool < cache.pools(); pool++) {
                for (int p = cache.spec(pool).reach().firstSeenFrom(position); p <= position; p++) {
                    assertThat(slots.get(slot(step.pages(r, pool), pool, p)))
                            .as("position %d seen from %d in pool %d", p, position, pool)
                            .isEqualTo(p == position ? row : hash(sequence, p + 1));
                }
            }
        }
        scheduler.accept();
        guessing.ifPresent(this::draft);
        scheduler.settle();
        return true;
    }

    /** The draft's slot at a position "holds" a hash of all tokens up to the one after it. */
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
            draftSlots.put(slot(step.pages(r, draftPool), draftPool, position), hash(sequence, position + 2));
            for (int p = cache.spec(draftPool).reach().firstSeenFrom(position); p <= position; p++) {
                assertThat(draftSlots.get(slot(step.pages(r, draftPool), draftPool, p)))
                        .as("the draft's position %d seen from %d", p, position)
                        .isEqualTo(hash(sequence, p + 2));
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

    int pagesInUse(int pool) {
        return allPages.get(pool) - cache.available(pool);
    }

    private Slot slot(PageTable table, int pool, int position) {
        int page = table.page(position / cache.pageSize());
        assertThat(page).as("the page of %d in pool %d", position, pool).isNotEqualTo(PageTable.ABSENT);
        return new Slot(pool, page, position % cache.pageSize());
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
