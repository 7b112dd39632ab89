package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.format.Metadata;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** When quantised weights are copied into another order, and what is said where they are not. */
final class RepackingTest {
    private final ArchitectureSpec spec = Catalog.read(
                    "tiny",
                    Metadata.of(
                            "config.json",
                            Map.of(
                                    "model_type", "llama",
                                    "hidden_size", 64,
                                    "num_attention_heads", 2,
                                    "num_key_value_heads", 1,
                                    "intermediate_size", 96,
                                    "num_hidden_layers", 2,
                                    "vocab_size", 70,
                                    "tie_word_embeddings", true)))
            .spec();

    @Test
    void repacksWhatFitsAndTellsHowFarItIs() {
        try (var kernels = kernels()) {
            var shares = new ArrayList<Long>();
            var all = new ArrayList<Long>();
            var repacking = Repacking.of(weights(DType.Q8_0), kernels, EngineOptions.defaults(), 0, (done, total) -> {
                shares.add(done);
                all.add(total);
            });
            var decoder = new Decoder(spec, repacking.weights(), kernels, 1, 1);
            assertThat(decoder.maxRows()).isEqualTo(1);
            assertThat(repacking.notes()).isEmpty();
            assertThat(shares).isSorted();
            assertThat(Collections.max(shares)).isEqualTo(all.getLast());
        }
    }

    @Test
    void saysWhyWhatDoesNotFitStaysAsItIs() {
        try (var kernels = kernels()) {
            var repacking = Repacking.of(
                    weights(DType.Q4_0), kernels, EngineOptions.defaults(), Machine.memory(), LoadListener.NONE);
            assertThat(repacking.notes()).singleElement().asString().contains("read as the file has them", "forced on");
            var forced = EngineOptions.defaults().withRepack(Repack.ON);
            assertThat(Repacking.of(weights(DType.Q4_0), kernels, forced, Machine.memory(), LoadListener.NONE)
                            .notes())
                    .isEmpty();
        }
    }

    @Test
    void leavesWeightsAloneWhereThatIsAskedFor() {
        try (var kernels = kernels()) {
            var off = EngineOptions.defaults().withRepack(Repack.OFF);
            var weights = weights(DType.Q5_1);
            var repacking = Repacking.of(weights, kernels, off, 0, LoadListener.NONE);
            assertThat(repacking.weights()).isSameAs(weights);
            assertThat(repacking.notes()).singleElement().asString().contains("as was asked for");
            assertThat(Repacking.of(weights(DType.BF16), kernels, off, 0, LoadListener.NONE)
                            .notes())
                    .isEmpty();
        }
    }

    @Test
    void refusesToRepackAllAndToCopySome() {
        try (var kernels = kernels()) {
            var both = EngineOptions.defaults().withRepack(Repack.ON).withExpertsInMemory(3);
            assertThatThrownBy(() -> Repacking.of(weights(DType.Q8_0), kernels, both, 0, LoadListener.NONE))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("repack is on and experts_in_memory is 3");
        }
    }

    private static Kernels kernels() {
        return Backend.best().open(new Backend.Options(1));
    }

    private Weights weights(DType dtype) {
        var matrices = new HashMap<String, List<Matrix>>();
        spec.weights().forEach((path, weight) -> {
            long[] dimensions =
                    weight.dimensions().stream().mapToLong(Integer::longValue).toArray();
            var type = dimensions.length == 2 ? dtype : DType.F32;
            matrices.put(path, List.of(Matrix.of(Tensor.zeros(Arena.ofAuto(), type, dimensions))));
        });
        return new Weights(spec, matrices);
    }
}
