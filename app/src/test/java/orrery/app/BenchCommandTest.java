package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.measure.WeightType;
import tools.jackson.databind.JsonNode;

/** {@code orrery bench}, on models so small that what it finds says nothing. */
final class BenchCommandTest {
    private static final List<String> SHORT = List.of("--rounds", "2", "--warm-up", "0", "--tokens", "4");

    private static Cli.Run bench(Object... arguments) {
        return Cli.run(Stream.concat(Stream.of("bench"), Stream.concat(SHORT.stream(), Stream.of(arguments)))
                .toArray());
    }

    @Test
    void theLastLineHoldsAllThatAProgramMayAskFor() {
        var run = bench("--model", Cli.DEMO, "--prompt", "16", "--json");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).hasLineCount(1);
        var json = run.json();
        for (String key : List.of(
                "/prefill/tokens_per_second",
                "/prefill/share_of_fma_peak",
                "/decode/tokens_per_second",
                "/decode/share_of_bandwidth",
                "/ceilings/bandwidth_bytes_per_second",
                "/ceilings/fma_flops_per_second",
                "/memory/weight_bytes",
                "/memory/kv_cache_bytes")) {
            assertThat(json.at(key).isNumber()).as(key).isTrue();
            assertThat(json.at(key).asDouble()).as(key).isPositive();
        }
        assertThat(json.at("/model/name").asString()).isEqualTo("demo-model");
        assertThat(json.at("/parameters").asLong()).isEqualTo(5_577_728);
        assertThat(json.at("/prefill/tokens").asInt()).isEqualTo(16);
        assertThat(json.at("/decode/context").asInt()).isEqualTo(16);
        assertThat(json.at("/decode/tokens").asInt()).isEqualTo(4);
        requireOrder(json.get("prefill"));
        requireOrder(json.get("decode"));
    }

    private static void requireOrder(JsonNode workload) {
        for (String key : List.of("tokens_per_second", "share_of_bandwidth", "share_of_fma_peak")) {
            var quartiles = workload.get(key + "_quartiles");
            assertThat(workload.get(key).asDouble())
                    .isBetween(quartiles.get(0).asDouble(), quartiles.get(1).asDouble());
        }
    }

    @Test
    void measuresEveryPromptAndEveryBatchAtEveryContext() {
        var golden = Cli.GOLDENS.resolve("gemma-3");

        var json = bench("--shape", golden, "--prompt", "9,5", "--context", "0,30", "--batch", "1,3", "--json")
                .json();

        assertThat(json.get("prefills")
                        .valueStream()
                        .map(one -> one.get("tokens").asInt()))
                .containsExactly(9, 5);
        assertThat(json.get("decodes")
                        .valueStream()
                        .map(one -> one.get("context").asInt() + "×"
                                + one.get("batch").asInt()))
                .containsExactly("0×1", "0×3", "30×1", "30×3");
        assertThat(json.get("prefill")).isEqualTo(json.get("prefills").get(0));
        assertThat(json.get("decode")).isEqualTo(json.get("decodes").get(0));
    }

    @Test
    void tellsPeopleTheCardBeforeTheMeasurement() {
        var run = bench("--model", Cli.DEMO, "--prompt", "8", "--batch", "2", "--threads", "1");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .containsSubsequence(
                        "demo-model, as stored",
                        "read bandwidth",
                        "FMA peak",
                        "by arithmetic",
                        "prefill 8",
                        "decode at 8 × 2",
                        "measured, 2 rounds",
                        "prefill 8",
                        "decode at 8 × 2",
                        "memory");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @CsvSource({"scalar, q4_k", "scalar, mxfp4", "scalar, q8_0", "vector, bf16", "vector, fp8", "scalar, iq4_nl"})
    void measuresAShapeInAnyType(String backend, String type) {
        var run = bench(
                "--shape",
                Cli.GOLDENS.resolve("deepseek-v3"),
                "--type",
                type,
                "--kernels",
                backend,
                "--prompt",
                "5",
                "--json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().at("/storage").asString()).isEqualTo(type);
        assertThat(run.json().at("/decode/tokens_per_second").asDouble()).isPositive();
    }

    @Test
    void saysWhichMatricesHaveAnotherType() {
        var run = bench(
                "--shape", Cli.GOLDENS.resolve("llama-3.1"), "--type", "q4_k", "--kernels", "scalar", "--prompt", "4");

        assertThat(run.status()).isZero();
        assertThat(run.err())
                .contains("orrery: note: ", " matrices with rows of ", "is not a whole number of Q4_K blocks");
    }

    @Test
    void cutsLayersToWhatFitsAndPredictsTheRest() {
        var golden = Cli.GOLDENS.resolve("llama-3.1");
        var whole = bench("--shape", golden, "--type", "f32", "--prompt", "4", "--json")
                .json();
        long bytes = whole.at("/memory/weight_bytes").asLong();

        var json = bench("--shape", golden, "--type", "f32", "--prompt", "4", "--memory", bytes, "--json")
                .json();
        var run = bench("--shape", golden, "--type", "f32", "--prompt", "4", "--memory", bytes);

        assertThat(whole.at("/prefill/all_layers").isMissingNode()).isTrue();
        assertThat(json.at("/measured_layers").size())
                .isPositive()
                .isLessThan(json.at("/num_hidden_layers").asInt());
        assertThat(json.at("/weight_bytes").asLong()).isEqualTo(bytes);
        assertThat(json.at("/memory/weight_bytes").asLong()).isLessThan(bytes);
        assertThat(json.at("/decode/all_layers/predicted_tokens_per_second").asDouble())
                .isPositive();
        assertThat(run.out()).contains("as many as fit", "not measured").contains("* all ");
    }

    @Test
    void tooLittleMemoryGivesOneLine() {
        var run = bench("--shape", "llama-3.2-1b", "--memory", "1M");

        assertThat(run.err())
                .startsWith("orrery: llama-3.2-1b takes ")
                .contains("but 1.00 MiB of memory is allowed")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void anUnknownShapeNamesTheNearest() {
        var run = bench("--shape", "lama-3.2-1b");

        assertThat(run.err()).contains("\"lama-3.2-1b\"", "\"llama-3.2-1b\"").hasLineCount(1);
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void moreThanTheModelAttendsOverGivesOneLine() {
        var run = bench("--model", Cli.DEMO, "--context", "2147483647");

        assertThat(run.err())
                .contains("a context of 2147483647 tokens and 4 more was asked for, but demo-model attends over")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void theHelpNamesEveryType() {
        var help = Cli.run("bench", "--help").out().replaceAll("\\s+", " ");

        assertThat(help).contains(WeightType.labels());
    }
}
