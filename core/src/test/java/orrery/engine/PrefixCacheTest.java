package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orrery.kernel.KvCache;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;

final class PrefixCacheTest {
    private static final List<CacheSpec> LAYERS = List.of(new CacheSpec.PerToken(1, 1, 1, Reach.FULL));

    private static Sequence sequence(int... tokens) {
        return new Sequence(tokens, tokens.length + 1, 1, new Sequence.Recipient() {
            @Override
            public void accept(Sequence sequence, int row) {}

            @Override
            public void fail(EngineException why) {
                throw why;
            }
        });
    }

    /** Inserts a block with a page of its own. */
    private static PrefixBlock insert(PrefixCache prefixes, KvCache cache, PrefixBlock parent, Sequence sequence) {
        var block = prefixes.insert(parent, sequence);
        prefixes.put(block, 0, cache.take(0));
        return block;
    }

    @Test
    void neverTakesAHashForTheTokens() {
        try (var cache = new KvCache(LAYERS, 2, 100)) {
            var prefixes = new PrefixCache(cache, 0, (_, _, _, _) -> 7);
            var first = sequence(1, 2, 3, 4, 5);
            var second = sequence(3, 4, 3, 4, 5);
            var a = insert(prefixes, cache, prefixes.root(1), first);
            var ab = insert(prefixes, cache, a, first);
            var b = insert(prefixes, cache, prefixes.root(1), second);
            assertThat(prefixes.child(prefixes.root(1), first)).isSameAs(a);
            assertThat(prefixes.child(prefixes.root(1), second)).isSameAs(b);
            assertThat(prefixes.child(a, first)).isSameAs(ab);
            // The same two tokens after others.
            assertThat(prefixes.child(b, second)).isNull();
            assertThat(prefixes.child(prefixes.root(1), sequence(5, 6, 7))).isNull();
        }
    }

    @Test
    void findsEveryBlockAmongThousandsAndForgetsTheLongestUnusedFirst() {
        try (var cache = new KvCache(LAYERS, 3, 3000)) {
            var prefixes = new PrefixCache(cache, 1);
            var sequences = IntStream.range(0, 1000)
                    .mapToObj(i -> sequence(i % 10, i / 10 % 10, i / 100, i, i, i, 0))
                    .toList();
            var blocks = new ArrayList<PrefixBlock>();
            for (var sequence : sequences) {
                var parent = insert(prefixes, cache, prefixes.root(1), sequence);
                blocks.add(parent);
                blocks.add(insert(prefixes, cache, parent, sequence));
            }
            assertThat(prefixes.blocks()).isEqualTo(2000);
            for (int i = 0; i < 1000; i++) {
                assertThat(prefixes.child(prefixes.root(1), sequences.get(i))).isSameAs(blocks.get(2 * i));
                assertThat(prefixes.child(blocks.get(2 * i), sequences.get(i))).isSameAs(blocks.get(2 * i + 1));
            }
            assertThat(prefixes.evict(0)).isFalse();
            for (int i = 999; i >= 0; i--) {
                prefixes.release(blocks.get(2 * i + 1).page(0));
                prefixes.release(blocks.get(2 * i).page(0));
            }
            assertThat(prefixes.unused(0)).isEqualTo(2000);
            for (int i = 999; i >= 0; i--) {
                assertThat(prefixes.evict(0)).isTrue();
                assertThat(prefixes.child(blocks.get(2 * i), sequences.get(i))).isNull();
                assertThat(prefixes.child(prefixes.root(1), sequences.get(i))).isSameAs(blocks.get(2 * i));
                assertThat(prefixes.evict(0)).isTrue();
                assertThat(prefixes.child(prefixes.root(1), sequences.get(i))).isNull();
            }
            assertThat(prefixes.blocks()).isZero();
            assertThat(prefixes.root(1).firstChild).isNull();
            assertThat(cache.available(0)).isEqualTo(3000);
        }
    }

    @Test
    void aBlockWithoutPagesStaysAsLongAsItLeadsToOthers() {
        var window = List.<CacheSpec>of(new CacheSpec.PerToken(1, 1, 1, new Reach.Window(2)));
        try (var cache = new KvCache(window, 2, 100)) {
            var prefixes = new PrefixCache(cache, 0);
            var sequence = sequence(1, 2, 3, 4, 5);
            var first = insert(prefixes, cache, prefixes.root(1), sequence);
            var second = insert(prefixes, cache, first, sequence);
            prefixes.release(first.page(0));
            assertThat(prefixes.evict(0)).isTrue();
            assertThat(prefixes.child(prefixes.root(1), sequence)).isSameAs(first);
            prefixes.release(second.page(0));
            assertThat(prefixes.evict(0)).isTrue();
            assertThat(prefixes.child(prefixes.root(1), sequence)).isNull();
            assertThat(prefixes.blocks()).isZero();
        }
    }
}
