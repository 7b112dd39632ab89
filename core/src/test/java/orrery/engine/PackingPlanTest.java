package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import orrery.catalog.Catalog;
import orrery.format.Metadata;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** When block-quantized weights are packed, and the notes if they are not. */
final class PackingPlanTest {
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
    void packsWhatFitsAndTellsHowFarItIs() {
        try (var kernels = kernels()) {
            var weights = weights(DType.Q8_0);
            var plan = PackingPlan.of(weights, kernels, EngineOptions.defaults(), 0);
            var shares = new ArrayList<Long>();
            var all = new TreeSet<Long>();
            var preparing = plan.preparing((done, total) -> {
                shares.add(done);
                all.add(total);
            });
            var decoder = new Decoder(spec, weights, kernels, preparing, 1, 1);
            assertThat(decoder.maxRows()).isEqualTo(1);
            assertThat(plan.notes()).isEmpty();
            assertThat(shares).isSorted();
            // Exactly the planned bytes.
            assertThat(all).containsExactly(shares.getLast());
        }
    }

    @Test
    void saysWhyWhatDoesNotFitStaysAsItIs() {
        try (var kernels = kernels()) {
            var weights = weights(DType.Q4_0);
            var plan = PackingPlan.of(weights, kernels, EngineOptions.defaults(), Host.memory());
            assertThat(plan.notes()).singleElement().asString().contains("read as they are in the file", "--repack on");
            assertThat(prepared(plan, weights).packed()).isFalse();
            var forced = EngineOptions.defaults().withPacking(Packing.ON);
            var packing = PackingPlan.of(weights, kernels, forced, Host.memory());
            assertThat(packing.notes()).isEmpty();
            assertThat(prepared(packing, weights).packed()).isTrue();
        }
    }

    @Test
    void leavesWeightsAloneWhereThatIsAskedFor() {
        try (var kernels = kernels()) {
            var off = EngineOptions.defaults().withPacking(Packing.OFF);
            var weights = weights(DType.Q5_1);
            var plan = PackingPlan.of(weights, kernels, off, 0);
            assertThat(prepared(plan, weights).packed()).isFalse();
            assertThat(plan.notes()).singleElement().asString().contains("as requested");
            var experts = EngineOptions.defaults().withExpertsInMemory(3);
            assertThat(PackingPlan.of(weights, kernels, experts, 0).notes())
                    .singleElement()
                    .asString()
                    .contains("as requested");
            assertThat(PackingPlan.of(weights(DType.BF16), kernels, off, 0).notes())
                    .isEmpty();
        }
    }

    @Test
    void refusesToPackAllAndToCopySome() {
        try (var kernels = kernels()) {
            var both = EngineOptions.defaults().withPacking(Packing.ON).withExpertsInMemory(3);
            assertThatThrownBy(() -> PackingPlan.of(weights(DType.Q8_0), kernels, both, 0))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("repack is on and experts_in_memory is 3");
        }
    }

    @Test
    void hasNothingToDecideWhereNothingIsPacked() {
        try (var kernels = Backend.named("scalar").open(new Backend.Options(1))) {
            var weights = weights(DType.Q8_0);
            for (var packing : Packing.values()) {
                var options = EngineOptions.defaults().withPacking(packing);
                var plan = PackingPlan.of(weights, kernels, options, Host.memory());
                assertThat(plan.notes()).isEmpty();
                assertThat(prepared(plan, weights).packed()).isFalse();
            }
        }
    }

    private static Weight prepared(PackingPlan plan, Weights weights) {
        return plan.preparing(LoadListener.NONE).apply(weights.products().getFirst());
    }

    /** Only machine code packs. */
    private static Kernels kernels() {
        var jit = Backend.all().stream()
                .filter(one -> one.name().equals("jit"))
                .findFirst()
                .orElseThrow();
        assumeTrue(jit.missing().isEmpty(), () -> jit.missing().orElseThrow());
        return jit.open(new Backend.Options(1));
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
