package orrery.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Latent;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

final class TokenCostTest {
    private static ArchitectureSpec release(String name) {
        return Catalog.release(name).orElseThrow().spec();
    }

    private static TokenCost cost(String name, DType matrices) {
        return TokenCost.of(release(name), (_, weight) -> ofMatrices(weight, matrices), KvType.F32);
    }

    private static DType ofMatrices(WeightSpec weight, DType matrices) {
        return weight.dimensions().size() == 1 ? DType.F32 : matrices;
    }

    static Stream<Arguments> everyRelease() {
        return Catalog.releases().stream().map(release -> Arguments.argumentSet(release.name(), release.spec()));
    }

    /** Llama 3.2 1B by hand: 16 layers of 60,817,408 in matrices and two norms, a tied head of 128,256 by 2,048. */
    @Test
    void countsADenseModelAsByHand() {
        var cost = cost("llama-3.2-1b", DType.BF16);

        assertThat(cost.storedBytesByType())
                .isEqualTo(Map.of(DType.BF16, 2 * 1_235_746_816L, DType.F32, 33 * 2048 * 4L));
        assertThat(cost.weightBytes(1, 1)).isEqualTo(2 * 1_235_746_816L + 33 * 2048 * 4L + 2 * 2048);
        assertThat(cost.weightBytes(1, 0)).isEqualTo(2 * 973_078_528L + 33 * 2048 * 4L + 2 * 2048);
        assertThat(cost.cacheBytes(255)).isEqualTo(256 * 16 * 2 * 512 * 4.0);
        assertThat(cost.productFlops(1, 1)).isEqualTo(2 * 1_235_746_816.0);
        assertThat(cost.attentionFlops(255)).isEqualTo(2 * 256 * 16 * 2 * 2048.0);
    }

    @Test
    void countsTheHeadForTheLastRowOfAPromptAlone() {
        var cost = cost("llama-3.2-1b", DType.BF16);
        double head = 128_256 * 2048.0;

        assertThat(cost.productFlops(256, 1)).isEqualTo(2 * (256 * 973_078_528.0 + head));
        assertThat(cost.prefillBytes(600, 256)).isEqualTo(3 * cost.weightBytes(0, 0) + 2 * head + 600 * 2 * 2048);
        assertThat(cost.prefillBytes(512, 256)).isEqualTo(2 * cost.weightBytes(0, 0) + 2 * head + 512 * 2 * 2048);
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "2, 15.5", "16, 82.42", "4096, 128"})
    void expectsAsManyDistinctExpertsAsADrawWouldGive(int rows, double expected) {
        assertThat(TokenCost.distinct(128, 8, rows)).isCloseTo(expected, within(0.01));
    }

    @Test
    void aRowReadsItsOwnExpertsAlone() {
        var cost = cost("qwen3-30b-a3b", DType.BF16);
        double experts = 48 * 3 * 768 * 2048 * 2.0;

        assertThat(cost.weightBytes(2, 1) - cost.weightBytes(1, 1) - 2 * 2048).isCloseTo(7.5 * experts, within(1.0));
        assertThat(cost.productFlops(2, 1) - cost.productFlops(1, 1))
                .isEqualTo(2
                        * (release("qwen3-30b-a3b").activeParameters()
                                - 2 * 151_936 * 2048.0
                                - vectors("qwen3-30b-a3b")));
    }

    private static double vectors(String name) {
        return release(name).weights().values().stream()
                .filter(weight -> weight.dimensions().size() == 1)
                .mapToLong(WeightSpec::activeParameters)
                .sum();
    }

    /**
     * DeepSeek V2-Lite remembers 512 of latent and 64 of rotary key in each of 27 layers; a pair costs 1,088 for a row,
     * 320 in a prompt.
     */
    @Test
    void countsLatentsAsTheyAreRemembered() {
        var cost = cost("deepseek-v2-lite", DType.BF16);

        assertThat(cost.cacheBytes(1023)).isEqualTo(1024 * 27 * 576 * 4.0);
        assertThat(cost.attentionFlops(1023)).isEqualTo(2 * 1024 * 27 * 16 * 1088.0);
        assertThat(cost.prefillFlops(1024) - cost.productFlops(1024, 1))
                .isCloseTo(2 * 27 * 16 * 320 * (1024 * 1025 / 2.0), within(1e6));
    }

    /** Gemma 3 1B: 22 layers that see 512 tokens, 4 that see all, one KV head of 256. */
    @Test
    void aWindowReadsNoMoreThanItHolds() {
        var cost = cost("gemma-3-1b", DType.BF16);

        assertThat(cost.cacheBytes(5000)).isEqualTo((22 * 512 + 4 * 5001) * 2 * 256 * 4.0);
        assertThat(cost.cacheBytes(99)).isEqualTo(26 * 100 * 2 * 256 * 4.0);
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void aPromptAttendsAsItsRowsDoOneByOne(ArchitectureSpec spec) {
        var cost = TokenCost.of(spec, (_, weight) -> ofMatrices(weight, DType.F16), KvType.F32);
        boolean latent = spec.layers().getFirst().attention() instanceof Latent;
        for (int tokens : new int[] {1, 2, 511, 513, 1500}) {
            double each = 0;
            for (int position = 0; position < tokens; position++) {
                each += cost.attentionFlops(position);
            }
            double atOnce = cost.prefillFlops(tokens) - cost.productFlops(tokens, 1);
            if (latent) {
                // A prompt rebuilds keys and values, which is counted with the products.
                assertThat(atOnce).isLessThan(each);
            } else {
                assertThat(atOnce).isCloseTo(each, within(1e-9 * cost.prefillFlops(tokens)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void aStepReadsNoMoreThanThereIsBesideItsTable(ArchitectureSpec spec) {
        var cost = TokenCost.of(spec, (_, weight) -> ofMatrices(weight, DType.F16), KvType.F32);

        assertThat(cost.weightBytes(1, 1)).isPositive().isLessThan(cost.storedBytes() * 1.01);
        assertThat(cost.weightBytes(64, 1)).isGreaterThanOrEqualTo(cost.weightBytes(1, 1));
        assertThat(cost.decodeBytes(100, 3)).isCloseTo(cost.weightBytes(3, 3) + 3 * cost.cacheBytes(100), within(1.0));
    }

    @ParameterizedTest
    @CsvSource({
        "Q4_K, 3, 512, 864",
        "Q8_0, 3, 64, 204",
        "MXFP4, 2, 32, 34",
        "F8_E4M3, 129, 256, 33040",
        "BF16, 5, 7, 70"
    })
    void countsBlocksWithTheirScales(DType dtype, long rows, long columns, long expected) {
        assertThat(TokenCost.bytes(dtype, rows, columns)).isEqualTo(expected);
    }
}
