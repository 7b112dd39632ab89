package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.app.curves.BenchHistory;

/** {@code orrery curves}. */
final class CurvesCommandTest {
    private static final String BENCH = """
            {"model":{"name":"llama-3.2-1b"},"storage":"q8_0",
             "ceilings":{"bandwidth_bytes_per_second":1e10,"fma_flops_per_second":1e11},
             "prefills":[{"kind":"prefill","tokens":100,"tokens_per_second":50}],
             "decodes":[{"kind":"decode","context":100,"batch":1,"tokens":20,"tokens_per_second":4}],
             "memory":{"kv_type":"f32"}}
            """;

    @TempDir
    private Path folder;

    @Test
    void drawsInEightyColumnsWithATableOfRoundContexts() {
        var run = Cli.run("curves", "deepseek-v3", "olmo-2-7b", "gemma-3-27b", "llama-4-scout");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .allSatisfy(line ->
                        assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(80));
        assertThat(run.out())
                .contains("KV cache held", "a deepseek-v3", "d llama-4-scout", "context in tokens")
                .containsPattern("olmo-2-7b +128 MiB +1 GiB +– +–")
                .contains("Weights bf16, KV cache in f16, 1 sequence.")
                .matches(text -> text.codePoints().anyMatch(point -> point > 0x2800 && point < 0x2900));
    }

    @Test
    void programsGetAllPoints() {
        var json = Cli.run("curves", "deepseek-v3", "olmo-2-7b", "--json", "--machine", "8xh200", "--what", "kv")
                .json();

        assertThat(json.at("/what").asString()).isEqualTo("kv");
        assertThat(json.at("/unit").asString()).isEqualTo("bytes");
        assertThat(json.at("/machine/memory_bytes").asLong()).isEqualTo(8 * 141_000_000_000L);
        var deepseek = json.at("/curves/0");
        assertThat(deepseek.at("/fits").asBoolean()).isFalse();
        assertThat(deepseek.get("points").values())
                .allSatisfy(point -> assertThat(point.get(1).asDouble())
                        .isEqualTo(35_136 * 2 * point.get(0).asDouble()));
        assertThat(json.at("/curves/1/fits").asBoolean()).isTrue();
        assertThat(json.at("/curves/1/points").values().stream()
                        .map(point -> point.get(0).asInt()))
                .contains(256, 1024, 4096);
    }

    @Test
    void typesAndBatchesMakeLinesOfTheirOwn() {
        var json = Cli.run(
                        "curves", "gemma-3-27b", "--kv-type", "bf16,q8", "--batch", "1,8", "--type", "q4_k", "--json")
                .json();

        assertThat(json.get("curves").values().stream()
                        .map(one -> one.get("label").asString()))
                .containsExactly(
                        "gemma-3-27b, KV bf16 × 1",
                        "gemma-3-27b, KV bf16 × 8",
                        "gemma-3-27b, KV q8 × 1",
                        "gemma-3-27b, KV q8 × 8");
        assertThat(json.at("/curves/0/storage").asString()).isEqualTo("q4_k");
    }

    @Test
    void filesAreTakenAsTheyAreStored() {
        var json = Cli.run("curves", Cli.DEMO, "--json").json();

        assertThat(json.at("/curves/0/storage").asString()).isEqualTo("as stored");
        // 5,577,728 parameters in bf16.
        assertThat(json.at("/curves/0/weight_bytes").asLong()).isEqualTo(2 * 5_577_728);
    }

    @Test
    void writesADrawingAndRefusesToReplaceIt() throws IOException {
        var svg = folder.resolve("kv.svg");
        Object[] arguments = {"curves", "gpt2", "--svg", svg};

        assertThat(Cli.run(arguments).status()).isZero();
        assertThat(Files.readString(svg))
                .startsWith("<svg ")
                .endsWith("</svg>\n")
                .contains("gpt2");
        Files.writeString(svg, "mine");
        assertThat(Cli.run(arguments)).satisfies(run -> {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).isEqualTo("orrery: " + svg + " exists already; --force replaces it\n");
            assertThat(run.out()).isEmpty();
        });
        assertThat(Files.readString(svg)).isEqualTo("mine");
        assertThat(Cli.run("curves", "gpt2", "--svg", svg, "--force").status()).isZero();
        assertThat(Files.readString(svg)).startsWith("<svg ");
        try (var entries = Files.list(folder)) {
            assertThat(entries).containsExactly(svg);
        }
    }

    @Test
    void aMachineMayBeDescribedInAFile() throws IOException {
        var file = Files.writeString(folder.resolve("rig.txt"), "rig\nbandwidth=1TB/s\nflops=1P\nmemory=2500MB\n");

        var run = Cli.run("curves", "llama-3.2-1b", "--machine", file);

        assertThat(run.out()).contains("Time per token, rig", "Rig: 1.00 TB/s, 1.00 PFLOP/s, 2.50 GB of memory.");
        // 2,471,628,800 bytes of weights (and their norms in F32); 32 KiB a token.
        assertThat(run.out()).containsPattern("llama-3.2-1b .* 8[0-9]{2}\n");
    }

    @Test
    void measurementsStandBesideThePrediction() throws IOException {
        var file = Files.writeString(folder.resolve("bench.json"), BENCH);

        var json = Cli.run("curves", "llama-3.2-1b", "--what", "time", "--measured", file, "--json")
                .json();

        assertThat(json.at("/curves/0/storage").asString()).isEqualTo("q8_0");
        assertThat(json.at("/curves/0/kv_type").asString()).isEqualTo("f32");
        assertThat(json.at("/machine/bandwidth_bytes_per_second").asDouble()).isEqualTo(1e10);
        var point = json.at("/measured/0");
        assertThat(point.get("context").asInt()).isEqualTo(111);
        assertThat(point.get("measured").asDouble()).isEqualTo(0.25);
        // 1.236 billion weights of 34/32 bytes at 10 GB/s.
        assertThat(point.get("predicted").asDouble()).isCloseTo(0.1313, within(0.002));
        assertThat(json.at("/curves/0/points/0/0").asInt()).isLessThanOrEqualTo(111);
        assertThat(Cli.run("curves", "llama-3.2-1b", "--what", "first", "--measured", file)
                        .out())
                .contains("llama-3.2-1b at 100: measured 2 s, predicted at least 1.96 s", "times as long");
    }

    @Test
    void whatBenchMeasuredLastIsFound() throws IOException {
        assertThat(System.getProperty("orrery.cache")).as("set by the build").isNotNull();
        BenchHistory.keep("llama-3.2-1b", BENCH);
        try {
            assertThat(Cli.run("curves", "llama-3.2-1b", "--what", "time").out())
                    .contains("llama-3.2-1b at 111: measured 250 ms");
            assertThat(Cli.run("curves", "llama-3.2-1b", "--machine", "h200").out())
                    .doesNotContain("measured 250 ms");
            BenchHistory.keep("llama-3.2-1b", "{}");
            assertThat(Cli.run("curves", "llama-3.2-1b", "--what", "time")).satisfies(run -> {
                assertThat(run.status()).isZero();
                assertThat(run.err())
                        .contains(
                                "the latest result of orrery bench is not shown",
                                "bench --json prints, but",
                                "ceilings is missing");
                assertThat(run.out()).contains("NVIDIA H200 SXM");
            });
        } finally {
            Files.delete(BenchHistory.last("llama-3.2-1b").orElseThrow());
        }
    }

    @Test
    void aFileThatBenchDidNotWriteIsNamed() throws IOException {
        for (String text : new String[] {
            "",
            "[1",
            "{}",
            BENCH.replace("\"f32\"", "\"f33\""),
            BENCH.replace("100", "\"x\""),
            BENCH.replace("100", "-1")
        }) {
            var file = Files.writeString(folder.resolve("other.json"), text);

            var run = Cli.run("curves", "llama-3.2-1b", "--what", "time", "--measured", file);

            assertThat(run.status()).as(text).isEqualTo(1);
            assertThat(run.err())
                    .startsWith("orrery: " + file)
                    .contains("expected")
                    .hasLineCount(1);
        }
    }
}
