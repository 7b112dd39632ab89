package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;
import orrery.tensor.KvType;

final class KvCacheTest {
    private static final CacheSpec FULL = new CacheSpec.PerToken(1, 8, 8, Reach.FULL);
    private static final CacheSpec WINDOW = new CacheSpec.PerToken(1, 8, 8, new Reach.Window(16));

    @Test
    void poolsLayersThatRememberTheSameAndBorrowersWithTheirLender() {
        try (var cache = new KvCache(List.of(FULL, WINDOW, FULL, CacheSpec.NONE, new CacheSpec.Borrowed(2)), 4, 10)) {
            assertThat(cache.pools()).isEqualTo(2);
            assertThat(cache.poolOf(0)).isEqualTo(cache.poolOf(2)).isEqualTo(cache.poolOf(4));
            assertThat(cache.poolOf(1)).isNotEqualTo(cache.poolOf(0));
            assertThat(cache.poolOf(3)).isEqualTo(-1);
            assertThat(cache.spec(cache.poolOf(1))).isEqualTo(WINDOW);
            int page = cache.take(0);
            assertThat(cache.base(4, page)).isEqualTo(cache.base(2, page)).isEqualTo(cache.base(0, page) + 4 * 4 * 16);
            assertThat(cache.valuePanel(0, 0, 0)).isEqualTo(4 * 4 * 8);
        }
    }

    /** The planned bytes are the allocated ones; heads' panels fill them without a gap and without overlapping. */
    @ParameterizedTest
    @EnumSource
    void aPageHoldsThePanelsOfAllHeadsAndNothingElse(KvType type) {
        for (int size : new int[] {1, 8, 20, 32, 36, 72, 80, 100, 160}) {
            for (int pageSize : new int[] {1, 5, 64, 256}) {
                for (int value : new int[] {0, size, 40}) {
                    var spec = new CacheSpec.PerToken(3, size, value, Reach.FULL);
                    try (var cache = new KvCache(List.of(FULL, spec, spec), type, pageSize, 1)) {
                        long keys = panels(
                                cache, (head, slot) -> cache.keyPanel(1, (int) head, (int) slot), cache.keys(1), 0);
                        long end = value == 0
                                ? keys
                                : panels(
                                        cache,
                                        (head, slot) -> cache.valuePanel(1, (int) head, (int) slot),
                                        cache.values(1),
                                        keys);
                        assertThat(cache.layerBytes(1))
                                .isEqualTo(end)
                                .isEqualTo(pageSize * KvCache.bytesPerToken(spec, type))
                                .isEqualTo(KvCache.bytesHeld(List.of(spec), type, pageSize));
                    }
                }
            }
        }
    }

    /** Compares three heads' panels with their places one after another; returns where the last one ends. */
    private static long panels(KvCache cache, LongBinaryOperator place, KvLayout layout, long first) {
        long at = first;
        for (int head = 0; head < 3; head++) {
            for (int slot = 0; slot < cache.pageSize(); slot += cache.panel()) {
                assertThat(place.applyAsLong(head, slot)).isEqualTo(at);
                assertThat(place.applyAsLong(head, slot + cache.panel() - 1)).isEqualTo(at);
                at += layout.bytes();
            }
        }
        return at;
    }

    @Test
    void aShorterBlockTakesItsElementsAndAFactor() {
        var grouped = new CacheSpec.PerToken(8, 80, 80, new Reach.Window(100));
        assertThat(KvCache.bytesPerToken(grouped, KvType.Q8)).isEqualTo(8 * 2 * (80 + 3 * 2));
        assertThat(KvCache.bytesPerToken(grouped, KvType.BF16)).isEqualTo(8 * 2 * 80 * 2);
        assertThat(KvCache.bytesPerToken(new CacheSpec.PerToken(1, 36, 0, Reach.FULL), KvType.Q8))
                .isEqualTo(36 + 2 * 2);
        var layers = List.of(grouped, new CacheSpec.Borrowed(0), new CacheSpec.PerSequence(7), CacheSpec.NONE);
        assertThat(KvCache.bytesHeld(layers, KvType.Q8, 50)).isEqualTo(50L * 8 * 2 * 86 + 7 * 4);
        assertThat(KvCache.bytesHeld(layers, KvType.Q8, 5000)).isEqualTo(100L * 8 * 2 * 86 + 7 * 4);
    }

    @Test
    void givesEveryPageRoomOfItsOwnAcrossSlabs() {
        var wide = new CacheSpec.PerToken(1, 1 << 16, 1 << 16, Reach.FULL);
        try (var cache = new KvCache(List.of(wide, wide), 4, 9)) {
            var places = new HashSet<String>();
            for (int i = 0; i < 9; i++) {
                int page = cache.take(0);
                for (int layer = 0; layer < 2; layer++) {
                    places.add(cache.slab(layer, page).address() + ":" + cache.base(layer, page));
                    assertThat(cache.base(layer, page) + 4 * 4 * (2L << 16))
                            .isLessThanOrEqualTo(cache.slab(layer, page).byteSize());
                }
            }
            assertThat(places).hasSize(18);
            assertThat(cache.available(0)).isZero();
            assertThat(cache.bytes()).isGreaterThanOrEqualTo(18L * 4 * 4 * (2 << 16));
            assertThatThrownBy(() -> cache.take(0)).isInstanceOf(IllegalStateException.class);
            cache.give(0, 5);
            assertThat(cache.take(0)).isEqualTo(5);
            assertThatThrownBy(() -> cache.give(0, 9)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void copiesAPageOfAllLayersAndNothingElse() {
        var wide = new CacheSpec.PerToken(1, 1 << 16, 1 << 16, Reach.FULL);
        try (var cache = new KvCache(List.of(wide, wide), 4, 9)) {
            for (int i = 0; i < 9; i++) {
                int page = cache.take(0);
                for (int layer = 0; layer < 2; layer++) {
                    content(cache, layer, page).fill((byte) (10 * layer + page));
                }
            }
            cache.copyPage(0, 7, 2);
            cache.copyPage(0, 5, 5);
            for (int page = 0; page < 9; page++) {
                for (int layer = 0; layer < 2; layer++) {
                    var expected = MemorySegment.ofArray(new byte[(int) cache.layerBytes(layer)]);
                    expected.fill((byte) (10 * layer + (page == 2 ? 7 : page)));
                    assertThat(content(cache, layer, page).mismatch(expected)).isEqualTo(-1);
                }
            }
        }
    }

    private static MemorySegment content(KvCache cache, int layer, int page) {
        return cache.slab(layer, page).asSlice(cache.base(layer, page), cache.layerBytes(layer));
    }

    @Test
    void keepsStatesOfAllLayersInSlotsOfTheirOwn() {
        var layers = List.of(new CacheSpec.PerSequence(3), FULL, new CacheSpec.PerSequence(70_000), CacheSpec.NONE);
        try (var cache = new KvCache(layers, KvType.BF16, 4, _ -> 10, 2)) {
            assertThat(cache.keepsStates()).isTrue();
            assertThat(cache.pools()).isEqualTo(1);
            assertThat(cache.poolOf(0)).isEqualTo(-1);
            assertThat(cache.stateBytes()).isEqualTo(4 * 70_003);
            assertThat(cache.bytes()).isZero();
            int first = cache.takeState();
            int second = cache.takeState();
            assertThat(cache.availableStates()).isZero();
            assertThat(cache.bytes()).isEqualTo(2 * 4 * 70_003);
            assertThatThrownBy(cache::takeState).isInstanceOf(IllegalStateException.class);
            for (int layer : new int[] {0, 2}) {
                // In F32 for any type of the KV cache.
                assertThat(cache.state(layer, first).byteSize()).isEqualTo(layer == 0 ? 12 : 280_000);
                cache.state(layer, first).fill((byte) (layer + 1));
                cache.state(layer, second).fill((byte) 9);
            }
            cache.copyState(first, second);
            assertThat(cache.state(2, second).mismatch(cache.state(2, first))).isEqualTo(-1);
            assertThat(cache.state(0, second).mismatch(cache.state(0, first))).isEqualTo(-1);
            cache.clearState(first);
            assertThat(cache.state(2, first).get(ValueLayout.JAVA_BYTE, 279_999))
                    .isZero();
            assertThat(cache.state(2, second).get(ValueLayout.JAVA_BYTE, 279_999))
                    .isEqualTo((byte) 3);
            assertThat(cache.state(2, second)).isSameAs(cache.state(2, second));
            cache.giveState(first);
            assertThat(cache.takeState()).isEqualTo(first);
            assertThatThrownBy(() -> cache.state(1, first)).hasMessageContaining("layer 1 keeps no state");
            assertThatThrownBy(() -> cache.state(0, Step.NO_STATE)).hasMessageContaining("state -1 was never taken");
        }
        try (var without = new KvCache(List.of(FULL), 4, 10)) {
            assertThat(without.keepsStates()).isFalse();
        }
    }

    @Test
    void aStepSaysWhereAStateComesFromAndWhereItGoes() {
        var step = new Step(4);
        for (int round = 0; round < 2; round++) {
            int plain = step.addSequence(new PageTable[0]);
            step.add(plain, 1, 0, true);
            int recurrent = step.addSequence(new PageTable[0], 5);
            step.add(recurrent, 2, 7, false);
            step.keepState(8);
            step.add(recurrent, 3, 8, false);
            step.add(recurrent, 4, 9, true);
            step.keepState(5);
            assertThat(step.stateBefore(plain)).isEqualTo(Step.NO_STATE);
            assertThat(step.stateBefore(recurrent)).isEqualTo(5);
            assertThat(IntStream.range(0, 4).map(step::stateAfter)).containsExactly(-1, 8, -1, 5);
            step.clear();
        }
    }

    @Test
    void tellsWhichRunOfPositionsIsWhere() {
        var table = new PageTable();
        for (int i = 0; i < 20; i++) {
            table.append(100 + i);
        }
        assertThat(table.length()).isEqualTo(20);
        assertThat(table.remove(3)).isEqualTo(103);
        assertThat(table.page(3)).isEqualTo(PageTable.ABSENT);
        assertThat(table.removeLast()).isEqualTo(119);
        assertThatThrownBy(() -> table.page(19)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void keepsTheRowsOfAStepAndForgetsThemWhenCleared() {
        var step = new Step(3);
        var tables = new PageTable[] {new PageTable()};
        for (int round = 0; round < 2; round++) {
            int sequence = -1;
            for (int i = 0; i < 6; i++) {
                sequence = step.addSequence(tables);
            }
            assertThat(sequence).isEqualTo(5);
            step.add(0, 7, 0, false);
            step.add(0, 8, 1, true);
            step.add(5, 9, 4, true);
            assertThat(step.rows()).isEqualTo(3);
            assertThat(step.wantedCount()).isEqualTo(2);
            assertThat(step.wanted()).startsWith(1, 2);
            assertThat(step.tokens()).containsExactly(7, 8, 9);
            assertThat(step.pages(2, 0)).isSameAs(tables[0]);
            assertThatThrownBy(() -> step.add(0, 1, 1, false)).isInstanceOf(IllegalArgumentException.class);
            step.clear();
            assertThat(step.rows()).isZero();
            assertThatThrownBy(() -> step.add(0, 1, 0, false)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
