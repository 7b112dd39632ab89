package orrery.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.kernel.KvCache;
import orrery.report.CacheQuestion;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;

/** Points of curves against section 15 of the survey of architectures, and against sums by hand. */
final class ScenarioTest {
    private static final long KIB = 1024;

    @ParameterizedTest
    @CsvSource({
        "deepseek-v3, 1, 70272", // 35,136 values in bf16
        "olmo-2-7b, 1, 524288",
        "llama-3.1-405b, 1, 516096",
        "mistral-small-3.1-24b, 1, 163840",
        "gemma-3-27b, 1024, 520093696", // no window is full yet
        "gemma-3-27b, 1025, 520175616" // 10 of 62 layers keep growing
    })
    void holdsWhatTheArithmeticSays(String release, long context, long bytes) {
        assertThat(Samples.scenario(release).heldBytes(context)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "gemma-2-9b, 8192, 1.97, 0.005",
        "gemma-3n-e4b, 32768, 0.27, 0.005",
        "llama-4-scout, 1048576, 49.1, 0.05"
    })
    void windowsAndChunksStopGrowing(String release, long context, double gibibytes, double rounding) {
        assertThat(Samples.scenario(release).heldBytes(context) / Samples.GIB).isCloseTo(gibibytes, within(rounding));
    }

    @Test
    void gemmaThreeAtThirtyTwoThousandNeedsAFifthWithItsWindows() {
        var gemma = Samples.scenario("gemma-3-27b");
        long without = 32_768 * gemma.heldBytes(1);

        assertThat(without / Samples.GIB).isEqualTo(15.5);
        // 10 full layers and 52 with a window of 1,024; 4,096 elements per token per layer.
        assertThat(gemma.heldBytes(32_768)).isEqualTo((10L * 32_768 + 52 * 1024) * 4096 * 2);
    }

    @Test
    void batchAndTypeMultiplyWhatIsHeld() {
        var spec = Samples.spec("deepseek-v3");
        assertThat(Samples.scenario(spec, KvType.F32, 3).heldBytes(5)).isEqualTo(35_136L * 5 * 4 * 3);
        assertThat(Samples.scenario(spec, KvType.Q8, 1).heldBytes(5)).isEqualTo(35_136L * 5 / 32 * 34);
    }

    /** 2 layers; 5 KV heads of 80, which are two blocks of 32 and one of 16, and latents of 256 + 36. */
    @ParameterizedTest
    @CsvSource({
        "F32, 6400, 2336", // 2 * 2 * 5 * 80 elements, 2 * 292
        "BF16, 3200, 1168",
        "Q8, 1720, 624", // 3 factors for 80 elements, 10 for 292
    })
    void countsHeadsAndLatentsThatAreNoWholeBlocksAsTheCacheKeepsThem(
            KvType type, long heads, long latents, @TempDir Path folder) throws IOException {
        assertCounts(described(folder, """
                {"model_type": "llama", "vocab_size": 320, "hidden_size": 512, "intermediate_size": 1024,
                 "num_hidden_layers": 2, "num_attention_heads": 10, "num_key_value_heads": 5, "head_dim": 80,
                 "max_position_embeddings": 512, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
                 "tie_word_embeddings": false}"""), type, heads);
        assertCounts(described(folder, """
                {"model_type": "deepseek_v3", "vocab_size": 320, "hidden_size": 512, "intermediate_size": 768,
                 "moe_intermediate_size": 256, "n_shared_experts": 1, "n_routed_experts": 6, "num_experts_per_tok": 2,
                 "first_k_dense_replace": 1, "moe_layer_freq": 1, "norm_topk_prob": true,
                 "routed_scaling_factor": 1.5, "scoring_func": "sigmoid", "topk_method": "noaux_tc", "n_group": 1,
                 "topk_group": 1, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2,
                 "q_lora_rank": 256, "kv_lora_rank": 256, "qk_nope_head_dim": 64, "qk_rope_head_dim": 36,
                 "v_head_dim": 128, "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
                 "max_position_embeddings": 512, "tie_word_embeddings": false}"""), type, latents);
    }

    private static ArchitectureSpec described(Path folder, String config) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        return Catalog.describe(folder.toString()).spec();
    }

    private static void assertCounts(ArchitectureSpec spec, KvType type, long bytesPerToken) {
        var scenario = Samples.scenario(spec, type, 3);
        assertThat(scenario.heldBytes(100)).isEqualTo(3 * 100 * bytesPerToken);
        assertThat(scenario.cost().cacheBytes(99)).isEqualTo(100 * bytesPerToken);
        var asked = new CacheQuestion(100, 3, List.of(type)).answers(spec).getFirst();
        assertThat(asked.bytes()).isEqualTo(3 * 100 * bytesPerToken);
        try (var cache = new KvCache(spec.caches(), type, 64, 1)) {
            // Both layers use one pool.
            assertThat(2 * cache.layerBytes(0)).isEqualTo(64 * bytesPerToken);
        }
    }

    @Test
    void chunksMakeTeethOfWhatIsRead() {
        var scout = Samples.scenario("llama-4-scout");
        // 12 layers have full attention, 36 attend to their chunk of 8,192; 2,048 elements each.
        assertThat(scout.cost().cacheBytes(8191)).isEqualTo(48L * 8192 * 4 * KIB);
        assertThat(scout.cost().cacheBytes(8192)).isEqualTo((12L * 8193 + 36) * 4 * KIB);
        assertThat(scout.cost().cacheBytes(16_383)).isEqualTo((12L * 16_384 + 36 * 8192) * 4 * KIB);
        assertThat(scout.flops(8193)).isLessThan(scout.flops(8192));
        assertThat(scout.readBytes(8193)).isLessThan(scout.readBytes(8192));
    }

    @Test
    void operationsOfATokenAreTwoForEachWeightAndForEachElementSeen() {
        var olmo = Samples.scenario("olmo-2-7b");
        // 32 layers of four 4096 × 4096 and three 4096 × 11008, and the head: 6.888e9 multiply-adds.
        double products = 2.0 * (32L * (4L * 4096 * 4096 + 3L * 4096 * 11_008) + 100_352L * 4096);
        assertThat(olmo.flops(1)).isEqualTo(products + 4.0 * 32 * 4096);
        assertThat(olmo.flops(1000)).isEqualTo(products + 4.0 * 32 * 4096 * 1000);
        // A prompt's rows attend to 1 + 2 + 3 positions, and only the last row has logits.
        assertThat(olmo.promptFlops(3))
                .isEqualTo(3 * (products - 2.0 * 100_352 * 4096) + 2.0 * 100_352 * 4096 + 4.0 * 32 * 4096 * 6);
    }

    @Test
    void aStepReadsItsWeightsOnceForAllSequences() {
        var one = Samples.scenario("olmo-2-7b");
        var four = Samples.scenario(one.spec(), KvType.BF16, 4);
        double past = 512.0 * KIB * 100;
        double weights = one.readBytes(100) - past;

        // Its norms are F32, and one row of the embedding is read.
        long norms = (32L * 4 + 1) * 4096;
        assertThat(weights).isEqualTo(2.0 * (7_298_617_344L - 100_352L * 4096 + norms + 4096));
        // Each sequence reads its own row of the embedding.
        assertThat(four.readBytes(100)).isCloseTo((weights + 3 * 4096 * 2) / 4 + past, within(1e-3));
    }

    @Test
    void aStepTakesAsLongAsTheSlowerOfReadingAndArithmetic() {
        var olmo = Samples.scenario("olmo-2-7b");
        double bytes = olmo.readBytes(500);
        double flops = olmo.flops(500);

        assertThat(olmo.stepSeconds(500, Samples.machine(1e12, 1e18, 1))).isEqualTo(bytes / 1e12);
        assertThat(olmo.stepSeconds(500, Samples.machine(1e18, 1e12, 1))).isEqualTo(flops / 1e12);
        assertThat(olmo.promptSeconds(500, Samples.machine(1e18, 1e12, 1))).isEqualTo(olmo.promptFlops(500) / 1e12);
    }

    @Test
    void nothingShrinksWithTheContextButWhatChunksRead() {
        for (Release release : Catalog.releases()) {
            var scenario = Samples.scenario(release.spec(), KvType.BF16, 2);
            long most = release.spec().maxPositions();
            var contexts = Contexts.of(release.spec(), 1, most);
            for (int i = 1; i < contexts.size(); i++) {
                int before = Math.toIntExact(contexts.get(i - 1));
                int after = Math.toIntExact(contexts.get(i));
                assertThat(scenario.heldBytes(after)).isGreaterThanOrEqualTo(scenario.heldBytes(before));
                assertThat(scenario.promptFlops(after)).isGreaterThan(scenario.promptFlops(before));
                if (!release.name().startsWith("llama-4")) {
                    assertThat(scenario.flops(after)).as(release.name()).isGreaterThanOrEqualTo(scenario.flops(before));
                    assertThat(scenario.readBytes(after)).isGreaterThanOrEqualTo(scenario.readBytes(before));
                }
            }
        }
    }

    @Test
    void memoryIsFullToTheToken() {
        var olmo = Samples.scenario("olmo-2-7b");
        long token = 512 * KIB;
        for (long spare : List.of(0L, 1L, token - 1)) {
            assertThat(olmo.room(Samples.machine(1, 1, olmo.weightBytes() + 1000 * token + spare)))
                    .isEqualTo(new Room.UpTo(1000));
        }
        assertThat(olmo.room(Samples.machine(1, 1, olmo.weightBytes() + token))).isEqualTo(new Room.UpTo(1));
        assertThat(olmo.room(Samples.machine(1, 1, olmo.weightBytes() + token - 1)))
                .isEqualTo(new Room.TooSmall(olmo.weightBytes()));
        assertThat(olmo.room(Samples.machine(1, 1, olmo.weightBytes() + 4096 * token)))
                .isEqualTo(Room.ENOUGH);
        assertThat(olmo.room(Samples.machine(1, 1, olmo.weightBytes() + 4096 * token - 1)))
                .isEqualTo(new Room.UpTo(4095));
    }

    @Test
    void theLastContextThatFitsIsFoundWhereWindowsFlatten() {
        for (Release release : Catalog.releases()) {
            var scenario = Samples.scenario(release.spec(), KvType.BF16, 3);
            long half = release.spec().maxPositions() / 2;
            var machine = Samples.machine(1, 1, scenario.weightBytes() + scenario.heldBytes(half));
            long full = switch (scenario.room(machine)) {
                case Room.UpTo(var tokens) -> tokens;
                case Room.Enough _ -> release.spec().maxPositions();
                case Room.TooSmall _, Room.Unasked _ -> -1;
            };
            assertThat(full).as(release.name()).isGreaterThanOrEqualTo(half);
            assertThat(scenario.heldBytes(full)).isEqualTo(scenario.heldBytes(half));
            assertThat(LongStream.of(full + 1)
                            .filter(next -> next <= release.spec().maxPositions())
                            .map(scenario::heldBytes))
                    .allSatisfy(bytes -> assertThat(bytes).isGreaterThan(scenario.heldBytes(half)));
        }
    }

    @Test
    void allExpertsLieInMemoryAndFewAreRead() {
        var deepseek = Samples.scenario("deepseek-v3");

        assertThat(deepseek.weightBytes()).isGreaterThan(2L * 671_026_419_200L);
        // 36.63B active without the input table; the routers of 58 layers are F32.
        assertThat(deepseek.readBytes(1)).isCloseTo(2 * (36.63e9 + 58 * 256 * 7168), within(1e7));
    }

    @Test
    void refusesWhatCannotBeRun() {
        var spec = Samples.spec("gpt2");
        assertThatThrownBy(() -> Samples.scenario(spec, KvType.BF16, 0)).hasMessage("batch is 0, expected 1 or more");
    }
}
