package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.convert.Conversion;
import orrery.convert.Quantization;

/** What a model is said to take before it is opened is what it takes. */
final class FootprintTest {
    @Test
    void isWhatTheEngineTakes() {
        var options = EngineOptions.defaults().withThreads(1).withContext(EngineOptions.LONGEST_CONTEXT);
        for (var change : new EngineOptions[] {options, options.withCacheBytes(3 << 20), options.withCacheBytes(0)}) {
            var footprint = Footprint.of(Demo.MODEL, change);
            try (var engine = Engine.open(Demo.MODEL, change)) {
                assertThat(footprint.weights()).isEqualTo(engine.weightBytes());
                assertThat(footprint.cache()).isEqualTo(engine.cacheBytes());
                assertThat(footprint.context()).isEqualTo(engine.context());
                assertThat(footprint.template()).isPresent();
                assertThat(footprint.description().family())
                        .isEqualTo(engine.description().family());
                assertThat(footprint.bytes()).isEqualTo(footprint.weights() + footprint.cache());
            }
        }
        assertThat(Footprint.of(Demo.MODEL, options.withCacheBytes(3 << 20)).cache())
                .isLessThan(Footprint.of(Demo.MODEL, options).cache());
        assertThat(Footprint.of(Demo.MODEL, options.withCacheBytes(0)).cache()).isPositive();
    }

    @Test
    void countsThePackedCopyOfWeightsInBlocks(@TempDir Path folder) {
        var gguf = folder.resolve("demo.gguf");
        try (var conversion = Conversion.open(Demo.MODEL, Quantization.Q4_0)) {
            conversion.write(gguf, 2, (_, _) -> {});
        }
        var options = EngineOptions.defaults();

        assertThat(Footprint.of(gguf, options.withPacking(Packing.ON)).packed())
                .isPositive()
                .isEqualTo(Footprint.of(gguf, options).packed())
                .isLessThanOrEqualTo(Footprint.of(gguf, options).weights());
        assertThat(Footprint.of(gguf, options.withPacking(Packing.OFF)).packed())
                .isZero();
    }

    @Test
    void saysWhatCannotBeRead(@TempDir Path folder) {
        var missing = folder.resolve("missing.gguf");
        assertThatThrownBy(() -> Footprint.of(missing, EngineOptions.defaults()))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("missing.gguf");
    }
}
