package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cache that follows from a model's weights changes no greedy token: of any recorded model as it is, and of any in
 * 16 bits. There the tokens are held against those with a cache in F32, up to where these leave the reference, which
 * has other weights.
 */
final class DefaultCacheTest {
    private static final String GOLDEN = "golden.safetensors";

    @TempDir
    private Path folder;

    static Stream<Arguments> goldens() {
        return Cli.goldens().stream()
                .map(golden -> Arguments.argumentSet(String.valueOf(golden.getFileName()), golden));
    }

    static Stream<Arguments> goldensIn16Bits() {
        return Cli.goldens().stream()
                .flatMap(golden -> Stream.of("f16", "bf16")
                        .map(type -> Arguments.argumentSet(golden.getFileName() + " in " + type, golden, type)));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void changesNoGreedyTokenOfARecordedModel(Path golden) {
        var run = Cli.run("verify", golden, golden.resolve(GOLDEN), "--json");

        assertThat(run.status()).as(run.out() + run.err()).isZero();
        var json = run.json();
        if (json.has("default_cache")) {
            assertThat(json.at("/default_cache/greedy")).isEqualTo(json.get("greedy"));
        }
    }

    @ParameterizedTest
    @MethodSource("goldensIn16Bits")
    void changesNoGreedyTokenOfAModelIn16Bits(Path golden, String type) {
        var model = folder.resolve("model.gguf");
        var written = Cli.run("quantize", golden, model, "--type", type, "--quiet");
        assumeTrue(
                !written.err().contains("GGUF has no architecture"),
                () -> "GGUF has no name for " + golden.getFileName());
        assertThat(written.status()).as(written.err()).isZero();

        var json = Cli.run("verify", model, golden.resolve(GOLDEN), "--json").json();

        assertThat(json.at("/default_cache/kv_type").asString()).isEqualTo("f16");
        assertThat(json.at("/default_cache/greedy")).isEqualTo(json.get("greedy"));
        assertThat(json.at("/default_cache/logits/mean_kl_divergence").asDouble())
                .isBetween(0.0, json.at("/logits/mean_kl_divergence").asDouble() + 1e-5);
    }
}
