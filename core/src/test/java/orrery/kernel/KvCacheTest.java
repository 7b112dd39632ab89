package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;

final class KvCacheTest {
    private static final CacheSpec FULL = new CacheSpec.PerToken(8, 8, Reach.FULL);
    private static final CacheSpec WINDOW = new CacheSpec.PerToken(8, 8, new Reach.Window(16));

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
            assertThat(cache.valuePanel(0, 0, 0, 8)).isEqualTo(4 * 4 * 8);
        }
    }

    @Test
    void givesEveryPageRoomOfItsOwnAcrossSlabs() {
        var wide = new CacheSpec.PerToken(1 << 16, 1 << 16, Reach.FULL);
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
