package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.OrreryException;
import orrery.format.FormatException;

/** Directories without a tokenizer.json: tekken.json, SentencePiece models, vocab.json with merges.txt. */
final class OtherTokenizerFilesTest {
    /** The pattern of released files. */
    static final String TEKKEN =
            ("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
                            + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}|"
                            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")
                    .replace("\\", "\\\\");

    private static final Path MODELS = Path.of("src", "test", "resources", "sentencepiece");

    @TempDir
    Path directory;

    private Tokenizer read() {
        return Tokenizer.read(directory);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    /** The 256 bytes and a few words; room for three more special tokens than are listed. */
    private static String tekken() {
        return tekken(" ?\\\\p{L}+|\\\\s+|[^\\\\s\\\\p{L}]+");
    }

    /** @param pattern as in JSON */
    static String tekken(String pattern) {
        Stream<byte[]> bytes = IntStream.range(0, 256).mapToObj(value -> new byte[] {(byte) value});
        Stream<byte[]> words =
                Stream.of("he", "ll", "hell", "hello", " hello", "é", "unused").map(word -> word.getBytes(UTF_8));
        List<byte[]> all = Stream.concat(bytes, words).toList();
        String vocabulary = IntStream.range(0, all.size())
                .mapToObj(rank -> "{\"rank\":" + rank + ",\"token_bytes\":\""
                        + Base64.getEncoder().encodeToString(all.get(rank)) + "\",\"token_str\":null}")
                .collect(Collectors.joining(","));
        return "{\"config\":{\"pattern\":\"" + pattern + "\",\"num_vocab_tokens\":263,\"default_vocab_size\":267,"
                + "\"default_num_special_tokens\":5,\"version\":\"v13\"},\"vocab\":[" + vocabulary
                + "],\"special_tokens\":[{\"rank\":0,\"token_str\":\"<s>\",\"is_control\":true},"
                + "{\"rank\":1,\"token_str\":\"</s>\",\"is_control\":true}],\"image\":{\"image_patch_size\":16}}";
    }

    @Test
    void tekkensIdsAreItsRanksBehindTheSpecialTokens() throws IOException {
        write("tekken.json", tekken());
        var tokenizer = read();
        assertThat(tokenizer.vocabularySize()).isEqualTo(267);
        assertThat(tokenizer.encode("hello hello")).containsExactly(264, 265);
        assertThat(tokenizer.encodeWithSpecialTokens("é")).containsExactly(0, 266);
        assertThat(tokenizer.encode("unused")).doesNotContain(267).hasSize(6);
        assertThat(tokenizer.encode("</s>")).doesNotContain(1);
        assertThat(tokenizer.encodePrompt("<s>he</s>")).containsExactly(0, 261, 1);
        assertThat(tokenizer.decode(new int[] {0, 264, 5 + 0xC3, 5 + 0xA9, 1})).isEqualTo("helloé");
        assertThat(tokenizer.beginOfSequence()).hasValue(0);
        assertThat(tokenizer.endOfSequence()).hasValue(1);
        assertThat(tokenizer.tokenOf(4)).isEqualTo("<SPECIAL_4>");
        assertThat(tokenizer.isSpecial(4)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "\"rank\":7,~\"rank\":8,~vocab[7] has the rank 8",
                "\"AQ==\"~\"Ag==\"~vocab[1] is not the byte 1",
                "\"AQ==\"~\"*\"~vocab[1].token_bytes is not base64",
                "\"default_vocab_size\":267~\"default_vocab_size\":300~config wants 300 tokens, 5 of them special, but vocab has 263",
                "\"default_num_special_tokens\":5~\"default_num_special_tokens\":1~special_tokens 2",
                "{\"rank\":1,\"token_str\":\"</s>\"~{\"rank\":2,\"token_str\":\"</s>\"~special_tokens[1] has the rank 2",
                "\"pattern\"~\"patterns\"~config.pattern must be a string, but is missing",
                "\"config\"~\"configs\"~config is missing",
                "{\"config\"~{]\"config\"~is not valid JSON"
            })
    void namesWhatIsWrongWithATekkenFile(String valid, String wrong, String message) throws IOException {
        assertThat(tekken()).contains(valid);
        write("tekken.json", tekken().replace(valid, wrong));
        assertThatThrownBy(this::read)
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tekken.json")
                .hasMessageContaining(message);
    }

    @Test
    void aSentencePieceModelKnowsItsRoles() throws IOException {
        Files.copy(MODELS.resolve("bpe.model"), directory.resolve("tokenizer.model"));
        var tokenizer = read();
        assertThat(tokenizer.tokenOf(1)).isEqualTo("<s>");
        assertThat(tokenizer.isSpecial(0)).isTrue();
        assertThat(tokenizer.encodeWithSpecialTokens("the model")).startsWith(1);
        assertThat(tokenizer.decode(tokenizer.encodeWithSpecialTokens("the model")))
                .isEqualTo("the model");
        int instruction = tokenizer.idOf("[INST]").orElseThrow();
        assertThat(tokenizer.encodePrompt("[INST] the")).startsWith(instruction);
        assertThat(tokenizer.encode("[INST] the")).doesNotContain(instruction);
        write("tokenizer_config.json", "{\"add_bos_token\":false,\"add_eos_token\":true,\"eos_token\":\"[INST]\"}");
        assertThat(read().encodeWithSpecialTokens("the model"))
                .doesNotContain(1)
                .endsWith(2);
        assertThat(read().endOfSequence()).hasValue(instruction);
    }

    @Test
    void aSpoiltSentencePieceModelIsReadOrRefusedInOurOwnWords() throws IOException {
        var random = new Random(6);
        int refused = 0;
        for (String name : List.of("bpe.model", "unigram-bytes.model", "unigram.model")) {
            byte[] valid = Files.readAllBytes(MODELS.resolve(name));
            for (int round = 0; round < 120; round++) {
                byte[] bytes = round % 3 == 0 ? Arrays.copyOf(valid, random.nextInt(valid.length)) : valid.clone();
                for (int i = 0; i < 1 + random.nextInt(4) && bytes.length > 0; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                Files.write(directory.resolve("spiece.model"), bytes);
                try {
                    var tokenizer = read();
                    tokenizer.decode(tokenizer.encodeWithSpecialTokens("hello the ﬁnal Ⅷ 日本 <s>"));
                } catch (OrreryException expected) {
                    assertThat(expected).hasMessageContaining("spiece.model");
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(60);
        write("spiece.model", "");
        assertThatThrownBy(this::read).hasMessageContaining("there are no pieces");
    }

    /** The vocabulary and merges of a tokenizer.json in the files of GPT-1 and GPT-2. */
    @ParameterizedTest
    @EnumSource(names = {"BYTE_LEVEL", "WORD_END"})
    void aVocabularyWithMergesSplitsAsItsTokenizerJson(SmallTokenizers kind) throws IOException {
        String json = kind == SmallTokenizers.WORD_END
                ? kind.json()
                : SmallTokenizers.byteLevel(
                                "null",
                                "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true}",
                                "")
                        .replace("\"ignore_merges\":true", "\"ignore_merges\":false");
        int vocabulary = json.indexOf("\"vocab\":") + "\"vocab\":".length();
        int merges = json.indexOf(",\"merges\":");
        write("vocab.json", json.substring(vocabulary, merges));
        String lines = json.substring(merges + ",\"merges\":[[".length(), json.length() - "]]}}".length())
                .replace("\",\"", " ")
                .replace("\"],[\"", "\n")
                .replace("\"", "");
        write("merges.txt", "#version: 0.2\n" + lines + "\n");
        var tokenizer = read();
        try (var reference = new HuggingFace(json)) {
            for (String text : AwkwardTexts.with(List.of()).subList(0, 500)) {
                String clean = text.replace("\uFDD0", "");
                assertThat(tokenizer.encodePrompt(clean)).as(clean).isEqualTo(reference.encode(clean));
                int[] ids = tokenizer.encode(clean);
                assertThat(tokenizer.decode(ids)).as(clean).isEqualTo(reference.decode(ids));
            }
        }
    }

    @Test
    void namesWhatIsWrongWithMerges() throws IOException {
        write("vocab.json", "{\"a\":0,\"b\":1,\"ab\":2}");
        write("merges.txt", "#version: 0.2\na b\r\n\na b c\n");
        assertThatThrownBy(this::read).hasMessageContaining("merges.txt, line 4: \"a b c\", expected two tokens");
        write("merges.txt", "a c");
        assertThatThrownBy(this::read).hasMessageContaining("merges.txt makes \"ac\", but the vocabulary lacks \"c\"");
        write("merges.txt", "a b");
        assertThat(read().encode("ab")).containsExactly(2);
        write("tokenizer_config.json", "{\"tokenizer_class\":\"Qwen2Tokenizer\"}");
        assertThatThrownBy(this::read).hasMessageContaining("vocab.json and merges.txt for Qwen2Tokenizer");
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2TokenizerFast\"}");
        assertThat(read().encode("ab")).containsExactly(2);
    }

    @Test
    void theFirstKnownFileCounts() throws IOException {
        Files.copy(MODELS.resolve("bpe.model"), directory.resolve("tokenizer.model"));
        write("vocab.json", "{\"a\":0}");
        write("merges.txt", "");
        assertThat(read().tokenOf(1)).isEqualTo("<s>");
        write("tekken.json", tekken());
        assertThat(read().tokenOf(0)).isEqualTo("<s>");
        SmallTokenizers.PREPENDED.in(directory);
        assertThat(read().tokenOf(0)).isEqualTo("<unk>");
    }

    @Test
    void aPointerOfGitLfsIsNamedForWhatItIs() throws IOException {
        write("tokenizer.json", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n");
        assertThatThrownBy(this::read)
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("tokenizer.json is a Git LFS pointer");
    }

    @Test
    void aByteOrderMarkIsPassedOver() throws IOException {
        write("tokenizer.json", "\uFEFF" + SmallTokenizers.PREPENDED.json());
        write("tokenizer_config.json", "\uFEFF{\"bos_token\":\"<s>\"}");
        assertThat(read().beginOfSequence()).hasValue(1);
    }
}
