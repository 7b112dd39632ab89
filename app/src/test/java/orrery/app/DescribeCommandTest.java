package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.Numbers;

final class DescribeCommandTest {
    @TempDir
    private Path folder;

    static Stream<String> releases() {
        return Catalog.releases().stream().map(Release::name);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void describesEveryRelease(String name) {
        var run = Cli.run("describe", name);

        var spec = Catalog.release(name).orElseThrow().spec();
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith(name + " (").contains(Numbers.exact(spec.parameters()));
    }

    static Stream<Path> goldens() {
        return Cli.goldens().stream();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void countsAsManyParametersAsTheFilesHold(Path golden) {
        var json = Cli.run("describe", golden, "--json").json();

        long total = json.at("/parameters/total").asLong();
        var stored = StreamSupport.stream(json.get("stored_weights").spliterator(), false)
                .toList();
        long elements =
                stored.stream().mapToLong(one -> one.get("elements").asLong()).sum();
        long unused = json.at("/parameters/unused/total").asLong();
        if (List.of("deepseek-v3-fp8", "deepseek-v3-mtp").contains(String.valueOf(golden.getFileName()))) {
            // Quantised files have scales, others a layer for predicting further, beside what this model runs.
            assertThat(elements).isGreaterThan(total);
        } else {
            // What nobody reads may be left out of a file.
            assertThat(elements).isIn(total, total - unused);
        }
    }

    @Test
    void countsADraftApart() {
        var run = Cli.run("describe", Cli.GOLDENS.resolve("deepseek-v3-mtp"));

        assertThat(run.out()).contains("MTP layer", "92.8K parameters, not counted");
        assertThat(Cli.run("describe", "gpt2", "--json")
                        .json()
                        .get("draft_parameters")
                        .asLong())
                .isZero();
    }

    @Test
    void readsAConfigWithoutWeights() throws Exception {
        var config = Files.copy(Cli.DEMO.resolve("config.json"), folder.resolve("config.json"));

        var ofFile = Cli.run("describe", config);
        var ofFolder = Cli.run("describe", folder);

        assertThat(ofFile.status()).isZero();
        assertThat(ofFile.out()).contains("5,577,728").doesNotContain("Weights in the files");
        assertThat(ofFolder.out()).isEqualTo(ofFile.out());
    }

    @Test
    void warnsOnceAboutUnknownKeys() throws Exception {
        var config = Files.readString(Cli.DEMO.resolve("config.json"))
                .replaceFirst("\\{", "{\"flux_capacitor\": 3, \"another_key\": true,");
        Files.writeString(folder.resolve("config.json"), config);

        var run = Cli.run("describe", folder);

        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("another_key, flux_capacitor").hasLineCount(1);
        assertThat(Cli.run("describe", folder, "--json").json().get("not_understood"))
                .hasSize(2);
    }

    @Test
    void namesTheNearestReleaseForOneThatIsUnknown() {
        var run = Cli.run("describe", "gema-3-27b");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("\"gema-3-27b\"", "\"gemma-3-27b\"").hasLineCount(1);
    }

    @Test
    void refusesADamagedConfigWithItsPlace() throws Exception {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llama\",\n oops");

        var run = Cli.run("describe", folder.resolve("config.json"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("orrery: config.json, line 2").hasLineCount(1);
    }

    @Test
    void saysWhenTheWeightsAreNotThoseOfTheConfig() throws Exception {
        var golden = Cli.GOLDENS.resolve("llama-3.1");
        Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        String config = Files.readString(golden.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replaceFirst("\"intermediate_size\": \\d+", "\"intermediate_size\": 100"));

        var run = Cli.run("describe", folder);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).containsPattern("feed-forward width +100\n");
        assertThat(run.err())
                .startsWith("orrery: the card is what config.json says, and the weights are not those of it: ")
                .contains("gate_proj.weight has the shape [", "expected [100, ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void provesThatTheFilesHoldWhatTheCardCounts(Path golden) {
        var proof = Cli.run("describe", golden, "--json").json().get("proof");

        assertThat(proof.get("difference").asLong()).isZero();
        assertThat(proof.get("elements_in_files").asLong()).isPositive();
        assertThat(Cli.run("describe", golden).out().replaceAll("\\s+", " ")).contains("The files hold ");
    }

    @Test
    void answersAQuestionAboutContextBatchAndType() {
        var run = Cli.run("describe", "olmo-2-7b", "--context", 4096, "--batch", 8, "--kv-type", "bf16,q8");

        // 512 KiB a token: 16 GiB in bf16, and in q8 34 bytes for 32 elements.
        assertThat(run.out())
                .contains("8 × 4,096 tokens")
                .containsPattern("KV in bf16 +16\\.0 GiB")
                .containsPattern("KV in q8 +8\\.50 GiB");
        assertThat(run.out()).doesNotContain("KV in f32");
        var asked = Cli.run("describe", "olmo-2-7b", "--json", "--context", 4096, "--batch", 8)
                .json()
                .get("asked");
        assertThat(asked.get("kv_types")).hasSize(4);
        assertThat(asked.at("/kv_types/2/kv_cache_bytes").asLong()).isEqualTo(16L << 30);
        assertThat(Cli.run("describe", "olmo-2-7b", "--context", 0).err()).contains("context is 0");
        assertThat(Cli.run("describe", "olmo-2-7b", "--kv-type", "q3").err()).contains("q3", "f32, f16, bf16, q8");
        assertThat(Cli.run("describe", "olmo-2-7b", "--context", 5000).err()).contains("more than the 4,096");
    }

    @Test
    void writesMarkdown() {
        var run = Cli.run("describe", "qwen3-30b-a3b", "--markdown");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("# qwen3-30b-a3b (Qwen 3)\n")
                .contains("## Parameters", "| total | 30,532,122,624 | 3,353,")
                .contains("## By context", "| --- | ---: | ---: | ---: | ---: |");
        assertThat(run.out().lines().filter(line -> line.startsWith("|")))
                .allSatisfy(line -> assertThat(line).endsWith("|"));
        assertThat(Cli.run("describe", "gpt2", "--markdown", "--json").status()).isNotZero();
    }

    @Test
    void saysWhichModelsANameMayMean() {
        var run = Cli.run("describe", "gemma-3");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("several models", "gemma-3-270m, gemma-3-1b")
                .hasLineCount(1);
    }

    @Test
    void listsModelsAndFindsThemByFamily() {
        var all = Cli.run("models");
        var gemmas = Cli.run("models", "GEMMA 3n");

        int demos = DemoModel.values().length;
        assertThat(all.out())
                .hasLineCount(1 + Catalog.releases().size() + 2 + demos)
                .contains("deepseek-v3", "671B", "37.6B", "for --demo NAME", "  olmo2 ");
        assertThat(all.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(all.out())
                .containsPattern("name +released +all +active +layers +context +KV/token\n")
                .containsPattern("llama-3\\.2-1b +2024-09-25 +1\\.24B +16 +128K +32\\.0 KiB\n");
        assertThat(gemmas.out()).contains("gemma-3n-e2b", "gemma-3n-e4b").hasLineCount(3);
        assertThat(Cli.run("models", "--json", "gpt2").json().get("models")).hasSize(4);
        assertThat(Cli.run("models", "nothing like it").status()).isEqualTo(1);
    }

    private static List<String> names(Object... arguments) {
        return StreamSupport.stream(Cli.run(arguments).json().get("models").spliterator(), false)
                .map(model -> model.get("name").asString())
                .toList();
    }

    @Test
    void filtersAndSortsModels() {
        assertThat(names("models", "--json", "--parameters", "7B..8B", "--family", "olmo"))
                .containsExactly("olmo-2-7b");
        assertThat(names("models", "--json", "--parameters", "300B..", "--sort", "parameters"))
                .containsExactly("llama-4-maverick", "llama-3.1-405b", "deepseek-v3", "deepseek-r1", "deepseek-v3.1");
        assertThat(names("models", "--json", "--since", "2025-08"))
                .containsExactlyInAnyOrder("gemma-3-270m", "qwen3-4b-2507", "deepseek-v3.1");
        assertThat(names("models", "--json", "--since", "2025-08-15")).containsExactly("deepseek-v3.1");
        for (String wanted : List.of("--since=2026", "nosuch")) {
            var none = Cli.run("models", "--json", wanted);
            assertThat(none.status()).isEqualTo(1);
            assertThat(none.out()).isEmpty();
            assertThat(none.err()).contains("orrery/error/1", "no known release matches");
        }
        assertThat(names("models", "--json", "--sort", "date")).startsWith("openai-gpt", "gpt2", "gpt2-medium");
        assertThat(names("models", "--json", "--sort", "kv"))
                .startsWith("gemma-3-270m")
                .endsWith("olmo-2-13b");
        assertThat(names("models", "--json", "mit", "--parameters", "..1B"))
                .containsExactly("openai-gpt", "gpt2", "gpt2-medium", "gpt2-large");
        for (var bad : List.of("--parameters=8B", "--parameters=9B..8B", "--since=May", "--sort=colour")) {
            assertThat(Cli.run("models", bad).status()).as(bad).isEqualTo(2);
        }
    }
}
