package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orrery.catalog.GgufVariants.attention;
import static orrery.catalog.GgufVariants.both;
import static orrery.catalog.GgufVariants.key;
import static orrery.catalog.GgufVariants.without;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.format.ModelFile;
import orrery.model.GgufGoldens.Change;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.Experts.Router;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;

/** Mixtures of experts in GGUF files: what files omit, spell differently, or stack. */
class GgufExpertsTest {
    @TempDir
    Path folder;

    private ArchitectureSpec spec(String golden, Change change) {
        return new GgufVariants(folder).spec(golden, change);
    }

    private Path write(String golden, Change change) {
        return new GgufVariants(folder).write(golden, change);
    }

    private void refused(String golden, Change change, String message) {
        new GgufVariants(folder).refused(golden, change, message);
    }

    @Test
    void knowsWhatLlama4FilesLeaveOut() {
        var spec = spec("llama-4", without("llama4.attention.sliding_window", "llama4.attention.temperature_length"));
        assertThat(attention(spec, 0).reach()).isEqualTo(new Reach.Chunk(8192));
        assertThat(attention(spec, 3).position()).isEqualTo(Position.NONE);
        assertThat(attention(spec, 3).scores().temperature()).isEqualTo(new Scores.Temperature.Tuned(0.1, 8192));
        assertThat(attention(spec, 0).norms().query()).isNotEqualTo(NormSpec.NONE);
        var maverick = spec("llama-4", key("llama4.expert_count", 128));
        assertThat(attention(maverick, 0).norms().query()).isEqualTo(NormSpec.NONE);
        refused("llama-4", key("llama4.attention.sliding_window", 0), "attention_chunk_size is 0, expected 1 or more");
        refused("llama-4", key("llama4.expert_gating_func", 1), "llama4.expert_gating_func is 1, expected 2");
    }

    private static Experts experts(ArchitectureSpec spec) {
        return (Experts) spec.layers().getLast().feedForward().op();
    }

    @Test
    void normsTheWeightsOfQwensExpertsThoughNoFileSaysSo() {
        assertThat(experts(spec("qwen-3-moe", without())).router()).isEqualTo(Router.softmax(true));
        refused("qwen-3-moe", key("qwen3moe.expert_gating_func", 2), "expert_gating_func is 2, expected 1");
    }

    @Test
    void bindsGateAndUpProjectionsThatAreStackedInOne() {
        var path = write("qwen-3-moe", (_, tensors) -> {
            for (int layer = 0; layer < 3; layer++) {
                String block = "blk." + layer + ".ffn_";
                var gate = Objects.requireNonNull(tensors.remove(block + "gate_exps.weight"));
                var up = Objects.requireNonNull(tensors.remove(block + "up_exps.weight"));
                tensors.put(block + "gate_up_exps.weight", gate.beside(up));
            }
        });
        var apart = write("qwen-3", without());
        try (var file = ModelFile.open(path);
                var whole = ModelFile.open(Variants.GOLDENS.resolve("qwen-3-moe"))) {
            assertThat(apart).exists();
            var fused = Catalog.open(file).weights();
            var expected = Catalog.open(whole).weights();
            for (var role : List.of("gate", "up", "down")) {
                String weight = "layers.2.mlp.experts." + role + ".weight";
                var mine = Objects.requireNonNull(fused.get(weight)).get(5);
                var theirs = Objects.requireNonNull(expected.get(weight)).get(5);
                assertThat(mine.data()
                                .asSlice(0, mine.bytes())
                                .mismatch(theirs.data().asSlice(0, theirs.bytes())))
                        .as(role)
                        .isEqualTo(-1);
            }
        }
    }

    private static Router.Groups groups(ArchitectureSpec spec) {
        return experts(spec).router().groups();
    }

    @Test
    void knowsTheGroupsOfDeepSeeksExpertsWhereOldFilesLeaveThemOut() {
        var old = without("deepseek2.expert_group_count", "deepseek2.expert_group_used_count");
        assertThat(groups(spec("deepseek-v3", both(old, key("deepseek2.expert_count", 256)))))
                .isEqualTo(new Router.Groups.Best(8, 4, Router.GroupScore.TOP_TWO_SUM));
        assertThat(groups(spec("deepseek-v3", both(old, key("deepseek2.expert_count", 384)))))
                .isEqualTo(new Router.Groups.Best(1, 1, Router.GroupScore.TOP_TWO_SUM));
        assertThat(groups(spec("deepseek-v2", both(old, key("deepseek2.expert_count", 160)))))
                .isEqualTo(new Router.Groups.Best(8, 3, Router.GroupScore.MAXIMUM));
        assertThat(groups(spec("deepseek-v2-lite", both(old, key("deepseek2.expert_count", 64)))))
                .isEqualTo(Router.Groups.ALL);
    }

    @Test
    void readsDeepSeeksRouterAndTemperature() {
        var spec = spec("deepseek-v3", without());
        assertThat(experts(spec).router())
                .isEqualTo(new Router(
                        Router.Scoring.SIGMOID,
                        true,
                        true,
                        2.5,
                        new Router.Groups.Best(4, 2, Router.GroupScore.TOP_TWO_SUM),
                        Router.Target.OUTPUT));
        var attention = (Latent) spec.layers().getFirst().attention();
        double temperature = RopeScaling.Yarn.temperature(40, 1);
        assertThat(attention.scores().scale())
                .isCloseTo(temperature * temperature / Math.sqrt(24), org.assertj.core.api.Assertions.within(1e-7));
        assertThat(attention.rope().scaling().attentionFactor()).isEqualTo(1);
        assertThat(experts(spec("deepseek-v2", without("deepseek2.expert_gating_func")))
                        .router()
                        .scoring())
                .isEqualTo(Router.Scoring.SOFTMAX);
        refused(
                "deepseek-v3",
                without("deepseek2.rope.scaling.yarn_log_multiplier"),
                "deepseek2.rope.scaling.yarn_log_multiplier is missing, expected a tenth of mscale_all_dim");
        refused("deepseek-v3", key("deepseek2.expert_gating_func", 3), "expected 1, the softmax, or 2, the sigmoid");
        refused("deepseek-v3", key("deepseek2.attention.head_count_kv", 2), "is 2, expected 1 or the heads, 4");
        refused("deepseek-v3", key("deepseek2.attention.key_length", 41), "key_length is 41, expected 40");
        refused("deepseek-v3", key("deepseek2.rope.dimension_count", 24), "less than the 24 elements of a key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"attn_k_b", "attn_v_b"})
    void refusesHalfOfAnUpProjection(String half) {
        refused("deepseek-v3", without("blk.1." + half + ".weight"), "1 tensor missing: blk.1." + half + ".weight");
    }

    @Test
    void refusesToWriteASliceOfAGgufFile() {
        var path = write("gemma-3n", without());
        assertThatThrownBy(() ->
                        SliceWriter.write(path, Slice.parse("ffn=64"), folder.resolve("slice"), false, (_, _) -> {}))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("is a GGUF file, and a slice of it can be run but not written");
    }
}
