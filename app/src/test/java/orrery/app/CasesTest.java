package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.format.Gguf;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.TensorSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Models as other programs write and read them, each of which went wrong here once: the demo model with one thing
 * changed.
 */
final class CasesTest {
    private static final String QUESTION = "Which attention does DeepSeek V3 use?";
    private static final String ANSWER =
            "DeepSeek V3 uses multi-head latent attention (MLA) with 128 heads and a latent of 512 values.";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * The demo model's own template in other words, but for what it makes of a message's content. Jinja drops the last
     * line break.
     */
    private static final String TURNS =
            "{{ bos_token }}{%% for m in messages %%}<start_of_turn>{{ m.role }}\n%s<end_of_turn>\n{%% endfor %%}<start_of_turn>model\n\n";

    @TempDir
    private Path folder;

    private CaseFolder model() throws Exception {
        return CaseFolder.in(folder, "model");
    }

    private static Cli.Run run(CaseFolder model, Object... more) {
        var all = new ArrayList<Object>(List.of("run", "--model", model.path(), QUESTION));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    private static void answers(CaseFolder model) {
        var run = run(model, "--quiet");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo(ANSWER + "\n");
        assertThat(run.err()).isEmpty();
    }

    private static void refused(CaseFolder model, String... words) {
        var run = run(model);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("orrery: ").contains(words).hasLineCount(1);
    }

    @Test
    void weightsWhoseMetadataIsNullLoad() throws Exception {
        answers(model().header(header -> {
            header.put("__metadata__", NODES.nullNode());
            return header;
        }));
    }

    @ParameterizedTest
    @CsvSource({
        "base_model.model., PEFT, merge_and_unload()",
        "_orig_mod., torch.compile, model._orig_mod",
        "module., DataParallel, model.module",
        "model._orig_mod., torch.compile, model._orig_mod",
        "_fsdp_wrapped_module., FullyShardedDataParallel, state dict"
    })
    void wrappersAroundAModelAreNamedWithWhatToDo(String prefix, String wrapper, String remedy) throws Exception {
        var model = model().header(header -> {
            var renamed = new LinkedHashMap<String, JsonNode>();
            header.forEach((name, tensor) -> renamed.put(name.equals("__metadata__") ? name : prefix + name, tensor));
            return renamed;
        });
        refused(model, "has the prefix " + prefix.replace("model._orig", "_orig"), wrapper, remedy, "save_pretrained");
        var quantized = Cli.run("quantize", model.path(), folder.resolve("a.gguf"), "--type", "q8_0");
        assertThat(quantized.err()).contains(wrapper, remedy).hasLineCount(1);
    }

    @Test
    void anAdapterWithoutItsModelIsNamed() throws Exception {
        var model = model().text("adapter_config.json", "{\"peft_type\": \"LORA\"}");
        Files.delete(model.path().resolve("config.json"));
        refused(model, "has no config.json", "PEFT adapter", "merge_and_unload()");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "special_tokens_map.json",
                "chat_template.json",
                "chat_template.jinja",
                "model.safetensors.index.json"
            })
    void aByteOrderMarkBeforeAnyFileChangesNothing(String file) throws Exception {
        var model = model();
        var template = TURNS.formatted("{{ m.content }}");
        switch (file) {
            case "special_tokens_map.json" -> model.text(file, "{\"bos_token\": \"<bos>\"}");
            case "chat_template.json" -> {
                model.json("tokenizer_config.json", config -> config.remove("chat_template"));
                model.text(
                        file, NODES.objectNode().put("chat_template", template).toString());
            }
            case "chat_template.jinja" -> {
                model.json("tokenizer_config.json", config -> config.remove("chat_template"));
                model.text(file, template);
            }
            case "model.safetensors.index.json" -> {
                var names = NODES.objectNode();
                model.header(header -> {
                    header.keySet().stream()
                            .filter(name -> !name.equals("__metadata__"))
                            .forEach(name -> names.put(name, "model.safetensors"));
                    return header;
                });
                model.text(file, NODES.objectNode().set("weight_map", names).toString());
            }
            default -> assertThat(model.path().resolve(file)).exists();
        }
        var plain = Cli.run("tokens", "--model", model.path(), "--chat", "--json", QUESTION);
        model.marked(file);
        var marked = Cli.run("tokens", "--model", model.path(), "--chat", "--json", QUESTION);
        assertThat(marked.status()).as(marked.err()).isZero();
        assertThat(marked.out()).isEqualTo(plain.out());
        answers(model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "special_tokens_map.json",
                "chat_template.jinja",
                "model.safetensors",
                "model.safetensors.index.json"
            })
    void aGitLfsPointerInPlaceOfAnyFileIsNamed(String file) throws Exception {
        var model = model().text(
                        file,
                        "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 12345\n");
        refused(model, file + " is a Git LFS pointer and not the file itself; fetch it with: git lfs pull");
    }

    /** Hub caches are full of links, and half a download leaves links to nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "generation_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "special_tokens_map.json",
                "chat_template.jinja",
                "chat_template.json",
                "model.safetensors",
                "model.safetensors.index.json"
            })
    void aLinkToNothingInPlaceOfAnyFileIsNamed(String file) throws Exception {
        var model = model();
        if (file.equals("chat_template.json")) {
            model.json("tokenizer_config.json", config -> config.remove("chat_template"));
        }
        Files.deleteIfExists(model.path().resolve(file));
        Files.createSymbolicLink(model.path().resolve(file), Path.of("nowhere"));
        refused(model, file + " is a link to something that does not exist");
    }

    @Test
    void aMissingFolderOfTemplatesIsNamed() throws Exception {
        refused(
                model().text("additional_chat_templates", "{{ messages }}"),
                "could not list ",
                "additional_chat_templates: it is not a directory");
    }

    @Test
    void aFaultOfATemplateNamesItsModel() throws Exception {
        var model = model().template("{{ messages[0].contents.text }}");
        refused(model, "the chat template of " + model.path() + ": ", "'contents'", "template line 1");
        refused(model.template("{% for %}"), "the chat template of " + model.path() + ": ", "template line 1");
    }

    @Test
    void aNumberThatFitsNoArchitectureNamesTheConfig() throws Exception {
        refused(
                model().json("config.json", config -> config.put("rope_theta", -0.5)),
                "config.json: rope_theta is -0.5, expected more than 0");
    }

    /** An escape sequence could write over what stands on a terminal already. */
    @Test
    void controlCharactersOutOfFilesReachNoTerminal() throws Exception {
        var model = model().json(
                        "tokenizer.json", file -> file.withObject("normalizer").put("type", "\u001b[2J\u009bA\nB"));
        refused(model, "\uFFFD[2J\uFFFDA B");
    }

    @Test
    void aTemplateThatWantsPartsIsGivenParts() throws Exception {
        var parts = "{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% endif %}{% endfor %}";
        var model = model().template(TURNS.formatted(parts));
        var plain = new CaseFolder(folder.resolve("plain"));
        CaseFolder.in(folder, "plain").template(TURNS.formatted("{{ m.content }}"));
        var wanted = Cli.run("tokens", "--model", plain.path(), "--chat", "--json", QUESTION);
        var run = Cli.run("tokens", "--model", model.path(), "--chat", "--json", QUESTION);
        assertThat(run.json().get("tokens")).isEqualTo(wanted.json().get("tokens"));
        answers(model);
    }

    @Test
    void aTemplateThatLeavesOutWhatTheUserSaysIsRefused() throws Exception {
        refused(model().template(TURNS.formatted("{{ m.body }}")), "the chat template of model ignores user messages");
    }

    @Test
    void aModelWithoutATemplateContinuesThePromptAndDoesNotChat() throws Exception {
        var model = model().json("tokenizer_config.json", config -> config.remove("chat_template"));
        var raw = run(model, "--raw", "--json");

        var run = run(model, "--json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .isEqualTo("orrery: note: model has no chat template, so it continues the prompt as it stands\n");
        assertThat(run.json().get("tokens")).isEqualTo(raw.json().get("tokens"));
        assertThat(run.json().at("/usage/prompt_tokens")).isEqualTo(raw.json().at("/usage/prompt_tokens"));
        assertThat(run(model, "--quiet").err()).isEmpty();
        refusedSystemMessage(model);
        var chat = Cli.reading(QUESTION + "\n").start("chat", "--model", model.path(), "--quiet");
        assertThat(chat.status()).isEqualTo(1);
        assertThat(chat.out()).isEmpty();
        assertThat(chat.err())
                .startsWith("orrery: model has no chat template")
                .contains("orrery run")
                .hasLineCount(1);
    }

    private static void refusedSystemMessage(CaseFolder model) {
        var run = run(model, "--system", "Be brief.");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("a --system message cannot be used");
    }

    @Test
    void anEmptyTemplateCountsAsMissing() throws Exception {
        var run = run(model().template(""), "--max-tokens", "1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("model has no chat template, so it continues the prompt as it stands");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void aTopKOfMinusOneOrZeroIsUnlimited(int topK) throws Exception {
        var model = model().json(
                        "generation_config.json",
                        config ->
                                config.put("do_sample", true).put("top_k", topK).put("temperature", 0.01));
        answers(model);
        var out = folder.resolve("a.gguf");
        var quantized = Cli.run("quantize", model.path(), out, "--type", "bf16", "--quiet");
        assertThat(quantized.status()).as(quantized.err()).isZero();
        assertThat(Cli.run("run", "--model", out, "--quiet", QUESTION).out()).isEqualTo(ANSWER + "\n");
    }

    @Test
    void aModelQuantisedByMlxIsNamed() throws Exception {
        var form = Map.of("group_size", 64, "bits", 4);
        var model = model().json(
                        "config.json",
                        config -> config.putPOJO("quantization", form).putPOJO("quantization_config", form));
        refused(model, "quantised by MLX in 4 bits, which Orrery does not read; use the release", "GGUF");
        var card = Cli.run("describe", model.path());
        assertThat(card.out()).contains("Gemma");
        assertThat(card.err()).contains("quantised by MLX in 4 bits");
    }

    @ParameterizedTest
    @CsvSource({
        "gptq, GPTQ in 4 bits",
        "awq, AWQ in 4 bits",
        "bitsandbytes, bitsandbytes",
        "compressed-tensors, compressed-tensors"
    })
    void aModelQuantisedByAnotherProgramIsNamed(String method, String words) throws Exception {
        refused(
                model().json(
                                "config.json",
                                config -> config.putPOJO(
                                        "quantization_config", Map.of("quant_method", method, "bits", 4))),
                "quant_method is \"" + method + "\"",
                "quantised by " + words,
                "use the release");
    }

    @Test
    void anEndBeyondTheVocabularyIsLeftOut() throws Exception {
        var model = model().json(
                        "generation_config.json", config -> config.putPOJO("eos_token_id", new int[] {1, 5, 50_256}));
        answers(model);
        assertThat(run(model).err())
                .contains("note: tokens that should end an answer")
                .contains("lacks: [50256]");
        var out = folder.resolve("a.gguf");
        var quantized = Cli.run("quantize", model.path(), out, "--type", "q8_0");
        assertThat(quantized.status()).as(quantized.err()).isZero();
        assertThat(quantized.err()).contains("lacks: [50256]; the new file does not name them");
        var answer = Cli.run("run", "--model", out, "--quiet", QUESTION);
        assertThat(answer.out()).as(answer.err()).isEqualTo(ANSWER + "\n");
    }

    @Test
    void idsOfRolesThatNoTokenHasAreAbsent() throws Exception {
        var made = folder.resolve("made.gguf");
        Cli.run("quantize", Cli.DEMO, made, "--type", "q8_0", "--quiet");
        var strange = folder.resolve("strange.gguf");
        var keys = GgufMetadata.of(made);
        for (var role : List.of("padding", "seperator", "cls", "mask", "eot")) {
            keys.remove("tokenizer.ggml." + role + "_token_id").count("tokenizer.ggml." + role + "_token_id", 1 << 30);
        }
        keys.count("tokenizer.ggml.eom_token_id", 70_000);
        try (var file = Gguf.open(made)) {
            var tensors = new LinkedHashMap<String, TensorSource>();
            file.tensors().forEach((name, tensor) -> tensors.put(name, TensorSource.of(tensor)));
            GgufWriter.write(strange, keys, tensors);
        }

        var run = Cli.run("run", "--model", strange, QUESTION);

        assertThat(run.out()).as(run.err()).isEqualTo(ANSWER + "\n");
        assertThat(run.err())
                .contains("tokenizer.ggml.padding_token_id is 1073741824, which is not a token id")
                .contains("tokenizer.ggml.eom_token_id is 70000, which is not a token id");
        var again = folder.resolve("again.gguf");
        assertThat(Cli.run("quantize", strange, again, "--type", "q4_0").err())
                .contains("padding_token_id is 1073741824, which is not a token id, so the new file leaves it out");
        assertThat(Cli.run("run", "--model", again, QUESTION, "-n", "1").err()).doesNotContain("_token_id");
    }
}
