package orrery.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import orrery.engine.EngineOptions;

/** Which models may be in memory at the same time. */
class ModelRoomTest {
    @Test
    void holdsSoManyModelsOfSoManyBytes() {
        var room = new ModelRoom(3, 100);
        assertThat(room.holds(List.of(40L), 60)).isTrue();
        assertThat(room.holds(List.of(40L), 61)).isFalse();
        assertThat(room.holds(List.of(1L, 1L), 1)).isTrue();
        assertThat(room.holds(List.of(1L, 1L, 1L), 1)).isFalse();
    }

    @Test
    void holdsAnyModelAlone() {
        assertThat(new ModelRoom(1, 0).holds(List.of(), Long.MAX_VALUE)).isTrue();
    }

    @Test
    void leavesMemoryForOthersUnlessTheCacheHasABoundAlready() {
        var room = new ModelRoom(3, 8000);
        assertThat(room.shared(EngineOptions.defaults()).cacheBytes()).hasValue(1000);
        assertThat(room.shared(EngineOptions.defaults().withCacheBytes(7)).cacheBytes())
                .hasValue(7);
        assertThat(ModelRoom.ofMachine()).isPositive();
    }
}
