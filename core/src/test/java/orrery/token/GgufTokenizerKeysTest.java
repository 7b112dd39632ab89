package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.Metadata;
import orrery.format.ModelFile;

/** A tokenizer.json written as GGUF metadata and read back splits every text as before. */
final class GgufTokenizerKeysTest {
    private static final Path DEMO = Path.of("..", "demo-model");
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "hello the world",
            "  two  spaces ",
            "hello\n\nhello\tthe",
            "don't WE'LL he's",
            "3.14159 1000000 007",
            "日本語 héllo naïve 🦙🦙",
            "<s>[INST]</s> <|end|> <bos>",
            "eBay mL pH iOS17",
            "a" + "b".repeat(300) + "\0\u0007");

    @TempDir
    Path folder;

    private Metadata written(Path directory, int rows, Integer... ends) {
        return written(directory, rows, List.of(), ends);
    }

    private Metadata written(Path directory, int rows, List<String> expectedNotes, Integer... ends) {
        var keys = new GgufMetadata().text("general.architecture", "none");
        var notes = GgufTokenizerKeys.put(keys, directory, rows, new LinkedHashSet<>(List.of(ends)));
        assertThat(notes).hasSameSizeAs(expectedNotes);
        for (int i = 0; i < notes.size(); i++) {
            assertThat(notes.get(i)).contains(expectedNotes.get(i));
        }
        var file = folder.resolve("tokenizer.gguf");
        GgufWriter.write(file, keys, new LinkedHashMap<>());
        return ModelFile.readMetadata(file);
    }

    private static void same(Tokenizer expected, Tokenizer actual) {
        for (var text : TEXTS) {
            assertThat(actual.encode(text)).as(text).isEqualTo(expected.encode(text));
            assertThat(actual.encodePrompt(text)).as(text).isEqualTo(expected.encodePrompt(text));
            assertThat(actual.encodeWithSpecialTokens(text)).as(text).isEqualTo(expected.encodeWithSpecialTokens(text));
            int[] ids = expected.encode(text);
            assertThat(actual.decode(ids)).as(text).isEqualTo(expected.decode(ids));
        }
        for (int id = 0; id < expected.vocabularySize(); id++) {
            assertThat(actual.isSpecial(id)).as(expected.tokenOf(id)).isEqualTo(expected.isSpecial(id));
        }
    }

    @Test
    void theDemoModelsTokenizerIsTheSame() {
        var metadata = written(DEMO, 4096, List.of("the tokenizer lists 3741 of 5952 ways to join two tokens"), 1, 5);
        try (var expected = Tokenizer.read(DEMO);
                var actual = Tokenizer.of(metadata)) {
            same(expected, actual);
            assertThat(actual.beginOfSequence()).hasValue(2);
            assertThat(actual.endOfSequence()).hasValue(1);
            assertThat(StopTokens.of(metadata)).isEqualTo(new TreeSet<>(List.of(1, 5)));
            assertThat(metadata.integer("tokenizer.ggml.padding_token_id")).isZero();
            assertThat(metadata.integer("tokenizer.ggml.unknown_token_id")).isEqualTo(3);
            assertThat(metadata.flag("tokenizer.ggml.add_bos_token")).isTrue();
            assertThat(metadata.flag("tokenizer.ggml.add_eos_token")).isFalse();
            assertThat(metadata.flag("tokenizer.ggml.add_space_prefix")).isFalse();
        }
        var messages = List.of(new ChatMessage("user", "Hello"), new ChatMessage("assistant", "Yes"));
        assertThat(ChatTemplate.of(metadata).orElseThrow().render(messages, true, Map.of()))
                .isEqualTo(ChatTemplate.read(DEMO).orElseThrow().render(messages, true, Map.of()));
    }

    private static final String LLAMA_3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final String GPT_2 =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    /** The expressions of released files, and their names in GGUF files. */
    static List<Arguments> expressions() {
        return List.of(
                Arguments.of("llama-bpe", LLAMA_3, true, false),
                Arguments.of("dbrx", LLAMA_3, false, false),
                Arguments.of("qwen2", LLAMA_3.replace("{1,3}", ""), false, true),
                Arguments.of("gpt-2", GPT_2, false, false));
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void byteLevelIsNamedByItsExpression(String name, String regex, boolean wholeWords, boolean composes) {
        var json = SmallTokenizers.BYTE_LEVEL
                .json()
                .replace(" ?\\\\p{L}+|\\\\s+|[^\\\\s\\\\p{L}]+", regex.replace("\\", "\\\\"))
                .replace("\"ignore_merges\":true", "\"ignore_merges\":" + wholeWords)
                .replace("\"normalizer\":null", "\"normalizer\":" + (composes ? "{\"type\":\"NFC\"}" : "null"));
        try (var expected = SmallTokenizers.write(folder, json)) {
            var metadata = written(folder, expected.vocabularySize() + 5, expected.vocabularySize() - 1);
            assertThat(metadata.text("tokenizer.ggml.pre")).isEqualTo(name);
            assertThat(metadata.texts("tokenizer.ggml.tokens"))
                    .hasSize(expected.vocabularySize() + 5)
                    .endsWith("[PAD" + (expected.vocabularySize() + 4) + "]");
            try (var actual = Tokenizer.of(metadata)) {
                same(expected, actual);
            }
        }
    }

    @Test
    void aSpaceBeforeTheTextIsSaid() {
        try (var expected = SmallTokenizers.write(folder, SmallTokenizers.PREPENDED.json())) {
            var metadata = written(folder, 400, List.of("ways to join two tokens"), 2);
            assertThat(metadata.flag("tokenizer.ggml.add_space_prefix")).isTrue();
            assertThat(metadata.flag("tokenizer.ggml.add_bos_token")).isFalse();
            try (var actual = Tokenizer.of(metadata)) {
                same(expected, actual);
            }
        }
    }

    @Test
    void aSpaceThatIsNotAlwaysPutIsWorthANote() {
        try (var expected = SmallTokenizers.write(folder, metaspace())) {
            var metadata = written(
                    folder,
                    400,
                    List.of("puts a space before a text that begins with none", "ways to join two tokens"),
                    2);
            try (var actual = Tokenizer.of(metadata)) {
                for (var text : List.of("hello the world", "a b", "日本")) {
                    assertThat(actual.encode(text)).as(text).isEqualTo(expected.encode(text));
                }
            }
        }
    }

    private static String metaspace() {
        return SmallTokenizers.METASPACE.json().replace("\"byte_fallback\":false", "\"byte_fallback\":true");
    }

    @Test
    void filesWithoutATokenizerJsonAreWrittenToo() throws Exception {
        Files.copy(Path.of("src", "test", "resources", "sentencepiece", "bpe.model"), folder.resolve("spiece.model"));
        assertThatThrownBy(() -> GgufTokenizerKeys.put(new GgufMetadata(), folder, 3000, new LinkedHashSet<>()))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("spiece.model: normalizer is SentencePieceNormalization, expected NFC");
        Files.delete(folder.resolve("spiece.model"));
        Files.writeString(
                folder.resolve("tekken.json"), OtherTokenizerFilesTest.tekken(OtherTokenizerFilesTest.TEKKEN));
        var expected = Tokenizer.read(folder);
        var metadata = written(folder, 300, 1);
        assertThat(metadata.text("tokenizer.ggml.pre")).isEqualTo("tekken");
        assertThat(metadata.texts("tokenizer.ggml.merges"))
                .contains("hell o", "he ll", "Ġ hello")
                .doesNotContain("u n");
        same(expected, Tokenizer.of(metadata));
    }

    @Test
    void moreEndsThanThereIsRoomForAreNamed() {
        var metadata = written(
                DEMO,
                4096,
                List.of("the tokenizer lists", "tokens that end an answer and that a GGUF file has no room for: [0]"),
                5,
                1,
                4,
                0);
        assertThat(metadata.integer("tokenizer.ggml.eos_token_id")).isEqualTo(1);
        assertThat(metadata.integer("tokenizer.ggml.eot_token_id")).isEqualTo(5);
        assertThat(metadata.integer("tokenizer.ggml.eom_token_id")).isEqualTo(4);
    }

    @Test
    void otherTemplatesKeepTheirNames() throws Exception {
        SmallTokenizers.write(folder, SmallTokenizers.PREPENDED.json()).close();
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ 1 }}");
        Files.createDirectory(folder.resolve("additional_chat_templates"));
        Files.writeString(folder.resolve("additional_chat_templates").resolve("tool_use.jinja"), "{{ 2 }}");
        var template = ChatTemplate.of(written(folder, 400, List.of("ways"), 2)).orElseThrow();
        assertThat(template.names()).containsExactly("default", "tool_use");
        assertThat(template.named("tool_use").render(List.of(), false, Map.of()))
                .isEqualTo("2");
    }

    @Test
    void refusesWhatGgufHasNoNameFor() {
        // Without byte fallback, characters would be lost that readers of a GGUF file keep.
        refused(SmallTokenizers.METASPACE.json(), "pre_tokenizer is Metaspace, expected Split, Digits or ByteLevel");
        refused(SmallTokenizers.UNIGRAM.json(), "model.type is Unigram, expected BPE; GGUF has no name for any other");
        refused(SmallTokenizers.WORD_END.json(), "model.end_of_word_suffix is \"</w>\", expected none");
        refused(
                SmallTokenizers.BYTE_LEVEL.json(),
                "GGUF has no name for a pre_tokenizer that cuts by [ ?\\p{L}+|\\s+|");
        refused(
                SmallTokenizers.PREPENDED
                        .json()
                        .replace("{\"type\":\"Prepend\",\"prepend\":\"▁\"},", "{\"type\":\"Lowercase\"},"),
                "is Lowercase, expected that spaces become ▁");
        refused(
                metaspace().replace("\"split\":false", "\"split\":true"),
                "is Metaspace, expected Metaspace that does not split, or none");
        refused(
                SmallTokenizers.BYTE_LEVEL.json().replace("\"Isolated\"", "\"Removed\""),
                "is a Split that is Removed, expected one by a Regex that is Isolated");
    }

    private void refused(String json, String what) {
        SmallTokenizers.write(folder, json).close();
        assertThatThrownBy(() -> GgufTokenizerKeys.put(new GgufMetadata(), folder, 1000, new LinkedHashSet<>()))
                .isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith(folder.resolve("tokenizer.json") + ": ")
                .hasMessageContaining(what);
    }

    @Test
    void refusesMoreTokensThanEmbeddings() {
        assertThatThrownBy(() -> GgufTokenizerKeys.put(new GgufMetadata(), DEMO, 4000, new LinkedHashSet<>()))
                .isInstanceOf(TokenizerException.class)
                .hasMessageEndingWith("has 4096 tokens, but the model has embeddings for 4000");
    }
}
