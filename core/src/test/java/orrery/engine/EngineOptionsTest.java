package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;
import orrery.tensor.DType;
import orrery.tensor.KvType;

final class EngineOptionsTest {
    @Test
    void refusesNumbersOutOfRange() {
        var options = EngineOptions.defaults();
        refused("threads is 0, expected 1 to 1024", () -> options.withThreads(0));
        refused("threads is 2000", () -> options.withThreads(2000));
        refused("context is 1", () -> options.withContext(1));
        refused("prefill_rows is -1", () -> options.withPrefillRows(-1));
        refused("max_sequences is 0", () -> options.withMaxSequences(0));
        refused("max_pause is 0, expected 1 to 60000", () -> options.withMaxPauseMillis(0));
        refused("experts_in_memory is -1, expected 0 (none) or more", () -> options.withExpertsInMemory(-1));
        refused("cache_bytes is -1, expected 0 or more", () -> options.withCacheBytes(-1));
        refused("speculate is \"MTP\", expected one of none, mtp", () -> Speculation.named("MTP"));
    }

    private static void refused(String why, Runnable make) {
        assertThatThrownBy(make::run).isInstanceOf(EngineException.class).hasMessageContaining(why);
    }

    @Test
    void keepsWhatWasSetWhenSomethingElseIsChanged() {
        assertThat(EngineOptions.defaults()
                        .withContext(5)
                        .withBackend("scalar")
                        .withThreads(3)
                        .withMaxSequences(7)
                        .withSlice(new orrery.catalog.Slice.E2B())
                        .withPrefillRows(9)
                        .withExpertsInMemory(11)
                        .withPacking(Packing.named("off"))
                        .withKvType(orrery.tensor.KvType.BF16)
                        .withBf16Activations(true)
                        .withCacheBytes(55)
                        .withMaxPauseMillis(77)
                        .withSpeculation(Speculation.named("mtp")))
                .hasToString("EngineOptions[threads=3, context=OptionalInt[5], backend=Optional[scalar],"
                        + " prefillRows=9, maxSequences=7, slice=Optional[E2B], speculation=mtp, expertsInMemory=11,"
                        + " packing=OFF, kvType=Optional[BF16], bf16Activations=true, maxPauseMillis=77,"
                        + " cacheBytes=OptionalLong[55]]");
    }

    @Test
    void remembersInFloatsWhereMostWeightsAreFloats() {
        var spec = Catalog.describe("llama-3.2-1b").spec();
        var options = EngineOptions.defaults();
        assertThat(options.kvTypeOf(spec, (_, _) -> DType.F32)).isEqualTo(KvType.F32);
        for (var dtype : List.of(DType.F16, DType.BF16, DType.F8_E4M3, DType.Q8_0, DType.Q2_K)) {
            // Vectors stay in F32 in such files.
            assertThat(options.kvTypeOf(spec, (_, weight) -> weight.dimensions().size() == 1 ? DType.F32 : dtype))
                    .as("%s", dtype)
                    .isEqualTo(KvType.F16);
        }
        // The embedding is a fifth of the weights, the down projections are a quarter, all of the layers four fifths.
        assertThat(options.kvTypeOf(spec, (path, _) -> path.startsWith("embedding") ? DType.F32 : DType.BF16))
                .isEqualTo(KvType.F16);
        assertThat(options.kvTypeOf(spec, (path, _) -> path.startsWith("layers.") ? DType.F32 : DType.BF16))
                .isEqualTo(KvType.F32);
        for (var asked : KvType.values()) {
            assertThat(options.withKvType(asked).kvTypeOf(spec, (_, _) -> DType.F32))
                    .isEqualTo(asked);
        }
    }

    @Test
    void countsSiblingsOfACoreOnce(@TempDir Path folder) throws IOException {
        assertThat(Host.cores(folder.resolve("absent"), 5)).isEqualTo(5);
        assertThat(Host.cores(folder, 5)).isEqualTo(5);
        for (int i = 0; i < 12; i++) {
            var topology = folder.resolve("cpu" + i).resolve("topology");
            Files.createDirectories(topology);
            Files.writeString(topology.resolve("thread_siblings_list"), i % 6 + "," + (i % 6 + 6) + "\n");
        }
        Files.createDirectories(folder.resolve("cpufreq"));
        assertThat(Host.cores(folder, 5)).isEqualTo(6);
        assertThat(Host.cores()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }
}
