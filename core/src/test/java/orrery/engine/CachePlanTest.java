package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.kernel.KvCache;
import orrery.tensor.KvType;

final class CachePlanTest {
    @ParameterizedTest
    @EnumSource
    void plansTheBytesThatAllPagesTakeWhateverTheSizeOfAHead(KvType type, @TempDir Path folder) {
        for (var model : CompanyModels.values()) {
            var spec = model.spec(folder);
            var plan = CachePlan.of(spec, EngineOptions.defaults(), type, 0);
            long bytes = 0;
            try (var cache = new KvCache(spec.caches(), type, KvCache.DEFAULT_PAGE_SIZE, plan::pages, plan.states())) {
                for (int layer = 0; layer < spec.layers().size(); layer++) {
                    bytes += cache.layerBytes(layer) * cache.available(cache.poolOf(layer));
                }
            }
            assertThat(plan.bytes())
                    .as("%s in %s", model, type)
                    .isEqualTo(bytes)
                    .isPositive();
        }
    }
}
