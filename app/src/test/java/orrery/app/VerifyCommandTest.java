package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.kernel.Backend;

final class VerifyCommandTest {
    private static final String GOLDEN = "golden.safetensors";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"gemma-3", "llama-3.1", "gpt2", "openai-gpt", "olmo-2-mha"})
    void passesForAModelThatIsRight(String name) {
        var model = Cli.GOLDENS.resolve(name);

        var run = Cli.run("verify", model, model.resolve(GOLDEN), "--json", "--kernels", "scalar");

        assertThat(run.status()).as(run.err()).isZero();
        var json = run.json();
        assertThat(json.get("passes").asBoolean()).isTrue();
        assertThat(json.at("/logits/largest_difference").asDouble()).isBetween(1e-9, 2e-4);
        assertThat(json.at("/logits/positions").asInt()).isEqualTo(80);
        assertThat(json.at("/greedy/same_sequences").asInt()).isEqualTo(2);
        assertThat(json.get("hidden"))
                .isNotEmpty()
                .allSatisfy(layer -> assertThat(layer.get("largest_difference").asDouble())
                        .as(layer.toString())
                        .isLessThan(2e-4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ds3-attnbias-dense0",
                "ds3-epsilon",
                "ds3-nointerleave",
                "gemma2-gelu-hiddenact",
                "gemma3-attncap",
                "gemma3n-active1",
                "gpt2-inverse-layer",
                "gpt2-noscale-inner-relu",
                "llama-dynamic",
                "llama-longrope",
                "llama-longrope-crossing",
                "llama-partial",
                "llama4-bias-floor4",
                "qwen3moe-swa"
            })
    void passesForConfigsThatAreEasilyReadWrongly(String name) {
        var model = Cli.GOLDENS.resolveSibling("cases").resolve(name);

        var run = Cli.run("verify", model, model.resolve(GOLDEN), "--json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().at("/greedy/same_sequences").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void comparesWhatIsGuessedATokenFurther(String backend) throws Exception {
        var model = Cli.GOLDENS.resolve("deepseek-v3-mtp");

        var run = Cli.run("verify", model, model.resolve(GOLDEN), "--json", "--kernels", backend);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().at("/mtp_logits/positions").asInt()).isEqualTo(2 * 39);
        assertThat(run.json().at("/mtp_logits/largest_difference").asDouble()).isBetween(1e-9, 2e-4);

        var tampered = new Tampered("deepseek-v3-mtp");
        tampered.setFloat("mtp_logits", (39 + 7) * 320 + 11, 99f);
        var wrong = Cli.run("verify", model, tampered.write(folder), "--kernels", backend);
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.out())
                .contains("[1, 7, 11]")
                .contains("fails: a logit of multi-token prediction is beyond 2e-04")
                .doesNotContain("a continuation differs");
    }

    @Test
    void computesWithTheKernelsThatAnAnswerIsComputedWith() {
        var model = Cli.GOLDENS.resolve("llama-3.1");

        var run = Cli.run("verify", model, model.resolve(GOLDEN), "--json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().get("kernels").asString()).isEqualTo("plain loops for small models, 1 thread");
        var named = Cli.run("verify", model, model.resolve(GOLDEN), "--json", "--kernels", "vector", "--threads", "2");
        assertThat(named.json().get("kernels").asString())
                .startsWith("Vector API")
                .endsWith("2 threads");
        var refused = Cli.run("verify", model, model.resolve(GOLDEN), "--kv-type", "f12");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("kv_type is \"f12\", expected one of");
        var formerName = Cli.run("verify", model, model.resolve(GOLDEN), "--backend", "scalar");
        assertThat(formerName.status()).isEqualTo(2);
        assertThat(formerName.err()).contains("--backend is called --kernels now: --kernels scalar");
    }

    @Test
    void judgesACacheInF32AndReportsTheOneThatAnswersAreComputedWith() {
        var model = Cli.GOLDENS.resolve("llama-3.2-bf16");
        var golden = model.resolve(GOLDEN);

        var json = Cli.run("verify", model, golden, "--json").json();
        assertThat(json.get("passes").asBoolean()).isTrue();
        assertThat(json.get("kv_type").asString()).isEqualTo("f32");
        assertThat(json.at("/logits/largest_difference").asDouble()).isBetween(1e-9, 2e-4);
        var byDefault = json.get("default_cache");
        assertThat(byDefault.get("kv_type").asString()).isEqualTo("f16");
        assertThat(byDefault.at("/logits/largest_difference").asDouble()).isBetween(2e-4, 1e-2);
        assertThat(byDefault.at("/logits/positions").asInt()).isEqualTo(80);
        assertThat(byDefault.at("/greedy/same_sequences").asInt()).isEqualTo(2);

        assertThat(Cli.run("verify", model, golden).out())
                .contains("cache in f16", "f16 is the KV cache dtype of run and chat; it does not count")
                .endsWith("passes within 2e-04, keys and values in f32\n");
        // The type that is asked for is the one that is judged.
        var asked = Cli.run("verify", model, golden, "--kv-type", "f16");
        assertThat(asked.status()).isEqualTo(1);
        assertThat(asked.out()).contains("fails: a logit is beyond 2e-04").doesNotContain("cache in");
        // A model in F32 remembers in F32.
        var wide = Cli.GOLDENS.resolve("gemma-3");
        assertThat(Cli.run("verify", wide, wide.resolve(GOLDEN), "--json")
                        .json()
                        .has("default_cache"))
                .isFalse();
    }

    /** What is judged is what is computed with floats; the default is not changed by the option. */
    @Test
    void reportsHowFarRoundedActivationsAreFromTheReference() {
        var jit = Backend.named("jit");
        assumeTrue(jit.missingForBf16().isEmpty(), () -> String.valueOf(jit.missingForBf16()));
        var model = Cli.GOLDENS.resolve("llama-3.2-bf16");
        var golden = model.resolve(GOLDEN);

        var run = Cli.run("verify", model, golden, "--json", "--bf16-activations");

        assertThat(run.status()).as(run.err()).isZero();
        var json = run.json();
        assertThat(json.at("/logits/largest_difference").asDouble()).isBetween(1e-9, 2e-4);
        var rounded = json.get("bf16_activations");
        assertThat(rounded.get("kv_type").asString()).isEqualTo("f16");
        assertThat(rounded.at("/logits/positions").asInt()).isEqualTo(80);
        // Eight bits of activations lose more than eleven bits of a cache.
        assertThat(rounded.at("/logits/largest_difference").asDouble())
                .isGreaterThan(
                        json.at("/default_cache/logits/largest_difference").asDouble());
        assertThat(Cli.run("verify", model, golden, "--bf16-activations").out())
                .contains("bf16 activations ", "activations are rounded to BF16 where weights are BF16, the KV cache")
                .endsWith("passes within 2e-04, keys and values in f32\n");
        assertThat(Cli.run("verify", model, golden, "--json").json().has("bf16_activations"))
                .isFalse();
    }

    @Test
    void refusesToRoundActivationsWhereThatWouldChangeNothing() {
        var bf16 = Cli.GOLDENS.resolve("llama-3.2-bf16");
        var refused = Cli.run("verify", bf16, bf16.resolve(GOLDEN), "--bf16-activations", "--kernels", "scalar");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains("the backend \"scalar\" cannot round activations to BF16: it only multiplies floats");

        var jit = Backend.named("jit");
        assumeTrue(jit.missingForBf16().isEmpty(), () -> String.valueOf(jit.missingForBf16()));
        var wide = Cli.GOLDENS.resolve("gemma-3");
        var none = Cli.run("verify", wide, wide.resolve(GOLDEN), "--bf16-activations");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("bf16_activations is on, but the model has no weights in BF16");
    }

    @Test
    void failsWhereTheToleranceIsLessThanRounding() {
        var model = Cli.GOLDENS.resolve("gemma-3");

        var run = Cli.run("verify", model, model.resolve(GOLDEN), "--tolerance", "1e-12");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("fails: a logit is beyond", "<- the first beyond the tolerance");
    }

    @Test
    void namesALogitThatDiffersFromTheModels() throws Exception {
        var tampered = new Tampered("gemma-3");
        tampered.setFloat("logits", (40 + 7) * 320 + 11, 99f);

        var run = Cli.run("verify", Cli.GOLDENS.resolve("gemma-3"), tampered.write(folder));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("[1, 7, 11]", "98.75 %", "fails: a logit is beyond 2e-04");
    }

    @Test
    void namesTheFirstLayerThatGoesWrong() throws Exception {
        var tampered = new Tampered("gemma-3");
        tampered.setFloat("hidden.2", 5, 7f);

        var json = Cli.run("verify", Cli.GOLDENS.resolve("gemma-3"), tampered.write(folder), "--json")
                .json();

        assertThat(json.at("/hidden/1/largest_difference").asDouble()).isLessThan(1e-4);
        assertThat(json.at("/hidden/2/tensor").asString()).isEqualTo("hidden.2");
        assertThat(json.at("/hidden/2/largest_difference").asDouble()).isGreaterThan(1);
        assertThat(json.at("/hidden/2/at").toString()).isEqualTo("[0,0,5]");
    }

    @Test
    void namesTheFirstTokenThatDiverges() throws Exception {
        var tampered = new Tampered("gemma-3");
        long was = tampered.setLong("greedy", 24 + 3, 1);

        var run = Cli.run("verify", Cli.GOLDENS.resolve("gemma-3"), tampered.write(folder));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("1 of 2 greedy continuations", "sequence 1 leaves at token 3: expected 1, got " + was)
                .contains("fails: a continuation differs");
    }

    @Test
    void refusesAnIdThatTheVocabularyDoesNotHave() throws Exception {
        var tampered = new Tampered("gemma-3");
        tampered.setLong("input_ids", 41, 320);

        var run = Cli.run("verify", Cli.GOLDENS.resolve("gemma-3"), tampered.write(folder));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("input_ids holds the id 320 at [1, 1]").hasLineCount(1);
    }

    @Test
    void refusesTheRecordingOfAnotherModel() {
        var run = Cli.run(
                "verify",
                Cli.GOLDENS.resolve("olmo-2-gqa"),
                Cli.GOLDENS.resolve("gemma-3").resolve(GOLDEN));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("hidden.0 has the shape [2, 40, 64], expected [2, 40, 80]")
                .hasLineCount(1);
    }

    @Test
    void refusesAFileWithoutRecordedLogits() {
        var model = Cli.GOLDENS.resolve("gemma-3");

        var run = Cli.run("verify", model, model.resolve("model.safetensors"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("has no tensor input_ids").hasLineCount(1);
    }

    /** A recording with other numbers in it. */
    private static final class Tampered {
        private final ByteBuffer bytes;
        private final String header;
        private final int start;

        Tampered(String golden) throws Exception {
            bytes = ByteBuffer.wrap(
                            Files.readAllBytes(Cli.GOLDENS.resolve(golden).resolve(GOLDEN)))
                    .order(ByteOrder.LITTLE_ENDIAN);
            int length = (int) bytes.getLong(0);
            header = new String(bytes.array(), Long.BYTES, length, StandardCharsets.UTF_8);
            start = Long.BYTES + length;
        }

        private int offset(String tensor) {
            var offsets = java.util.regex.Pattern.compile(
                            "\"" + java.util.regex.Pattern.quote(tensor) + "\":\\{[^}]*\"data_offsets\":\\[(\\d+),")
                    .matcher(header.replace(" ", ""));
            assertThat(offsets.find()).as(header).isTrue();
            return start + Integer.parseInt(offsets.group(1));
        }

        void setFloat(String tensor, int index, float value) {
            bytes.putFloat(offset(tensor) + index * Float.BYTES, value);
        }

        /** Replaces an id that is another one, and says which it was. */
        long setLong(String tensor, int index, long value) {
            int at = offset(tensor) + index * Long.BYTES;
            long was = bytes.getLong(at);
            assertThat(was).isNotEqualTo(value);
            bytes.putLong(at, value);
            return was;
        }

        Path write(Path folder) throws Exception {
            return Files.write(folder.resolve("tampered.safetensors"), bytes.array());
        }
    }
}
