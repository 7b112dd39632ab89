package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.engine.Engine;
import orrery.engine.EngineOptions;
import orrery.engine.Request;
import orrery.engine.Session;
import orrery.tensor.KvType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The released Gemma 3 270M (base, Q4_K_M with Q8_0, Q5_0 and Q6_K inside) against the numbers of Hugging Face
 * transformers in float32 on its dequantised weights. The files are not ours to ship, so one variable names the folder
 * of the model and another that of the numbers.
 */
final class ReleasedModelTest {
    private static final String MODEL_FOLDER = "ORRERY_REAL";
    private static final String EXPECTED_FOLDER = "ORRERY_REAL_EXPECTED";

    @TempDir
    private static Path folder;

    @BeforeEach
    void needsTheReleasedFiles() {
        for (String variable : new String[] {MODEL_FOLDER, EXPECTED_FOLDER}) {
            assumeTrue(System.getenv(variable) != null, () -> variable + " names no folder of a released model");
        }
    }

    private static Path model() {
        return Path.of(System.getenv(MODEL_FOLDER), "gemma-3-270m-q4_k_m.gguf");
    }

    private static Path expected(String name) {
        return Path.of(System.getenv(EXPECTED_FOLDER), name);
    }

    private static JsonNode expected() throws Exception {
        return JsonMapper.shared().readTree(Files.readString(expected("expected.json")));
    }

    /** The model in F32: 1.07 GB, written by the first test that asks for it. */
    private static Path dequantised() {
        var file = folder.resolve("dequantised.gguf");
        if (!Files.exists(file)) {
            var run = Cli.run("quantize", model(), file, "--type", "f32", "--quiet");
            assertThat(run.status()).as(run.err()).isZero();
        }
        return file;
    }

    @Test
    void dequantisedItGivesTheReferencesLogitsAndGreedyTokens() {
        var run = Cli.run("verify", dequantised(), expected("golden.safetensors"), "--json");

        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.json().at("/logits/largest_difference").asDouble()).isBetween(0.0, 2e-4);
        assertThat(run.json().at("/logits/positions").asInt()).isEqualTo(6);
        assertThat(run.json().at("/greedy/same_sequences").asInt()).isEqualTo(1);
        assertThat(run.json().at("/greedy/tokens_each").asInt()).isEqualTo(48);
    }

    /** In one batch, where every prompt has the company of the others. */
    @Test
    void dequantisedItContinuesEveryPromptAsTheReferenceDoes() throws Exception {
        try (var engine = Engine.open(dequantised(), EngineOptions.defaults())) {
            var sessions = new LinkedHashMap<JsonNode, Session>();
            for (var one : expected().get("greedy")) {
                int[] prompt = engine.promptOf(one.get("prompt").asString());
                assertThat(prompt).containsExactly(ids(one.get("input_ids")));
                int tokens = one.get("greedy").size();
                sessions.put(
                        one,
                        engine.submit(Request.of(prompt).withMaxTokens(tokens).withIgnoreStopIds(true)));
            }
            assertThat(sessions).hasSize(4).allSatisfy((one, session) -> {
                session.finishReason();
                assertThat(session.tokens()).as(one.get("prompt").asString()).containsExactly(ids(one.get("greedy")));
            });
        }
    }

    @Test
    void in16BitsItSaysTheSameWithTheCacheThatFollowsFromItsWeights() throws Exception {
        for (String type : new String[] {"bf16", "f16"}) {
            var file = folder.resolve(type + ".gguf");
            var written = Cli.run("quantize", model(), file, "--type", type, "--quiet");
            assertThat(written.status()).as(written.err()).isZero();

            assertThat(continuations(file, EngineOptions.defaults()))
                    .as(type)
                    .isEqualTo(continuations(file, EngineOptions.defaults().withKvType(KvType.F32)));
            Files.delete(file);
        }
    }

    /** Of all prompts, in one batch. */
    private static List<List<Integer>> continuations(Path file, EngineOptions options) throws Exception {
        var sessions = new ArrayList<Session>();
        try (var engine = Engine.open(file, options)) {
            assertThat(engine.kvType()).isEqualTo(options.kvType().orElse(KvType.F16));
            for (var one : expected().get("greedy")) {
                int tokens = one.get("greedy").size();
                sessions.add(engine.submit(Request.of(ids(one.get("input_ids")))
                        .withMaxTokens(tokens)
                        .withIgnoreStopIds(true)));
            }
            var texts = new ArrayList<List<Integer>>();
            for (var session : sessions) {
                session.finishReason();
                texts.add(Arrays.stream(session.tokens()).boxed().toList());
            }
            return texts;
        }
    }

    private static int[] ids(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::asInt).toArray();
    }

    @Test
    void asItIsItsPredictionsStayCloseToTheReferences() {
        var run = Cli.run("verify", model(), expected("golden.safetensors"), "--json");

        assertThat(run.json().at("/logits/positions").asInt()).isEqualTo(6);
        assertThat(run.json().at("/logits/mean_kl_divergence").asDouble()).isBetween(0.0, 0.003);
        assertThat(run.json().at("/logits/same_argmax_share").asDouble()).isEqualTo(1);
        assertThat(run.json().at("/default_cache/logits/same_argmax_share").asDouble())
                .isEqualTo(1);
    }

    /** Over all positions of a text: the six of the recording are few for a mean. */
    @Test
    void asItIsItPredictsATextAsItDoesDequantised() throws Exception {
        var text = expected(expected().get("text").asString());

        var run = Cli.run("compare-logits", dequantised(), model(), "--text", text, "--json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().get("positions").asInt())
                .isEqualTo(expected().get("scored").asInt());
        assertThat(run.json().get("mean_kl_divergence").asDouble()).isBetween(0.0, 0.003);
    }

    /** In one window of all its tokens, which crosses the sliding window of 512 three times. */
    @Test
    void asItIsItFindsATextAsLikelyAsTheReferenceDoes() throws Exception {
        var expected = expected();

        var run = Cli.run(
                "perplexity",
                "--model",
                model(),
                "--text",
                expected(expected.get("text").asString()),
                "--window",
                expected.get("tokens").asInt(),
                "--json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.json().get("windows").asInt()).isEqualTo(1);
        assertThat(run.json().get("scored_tokens").asInt())
                .isEqualTo(expected.get("scored").asInt());
        assertThat(run.json().get("nats_per_token").asDouble())
                .isCloseTo(expected.get("nats_per_token").asDouble(), within(0.005));
    }
}
