package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.OrreryException;

/** Errors in a tokenizer are reported with their place. */
class TokenizerErrorsTest {
    @TempDir
    Path directory;

    @Test
    void saysWhichOtherTokenizerFilesAreThere() throws IOException {
        assertThatThrownBy(() -> Tokenizer.read(directory.resolve("nowhere")))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("is not a directory");
        assertThatThrownBy(() -> Tokenizer.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("looked for tokenizer.json, tekken.json, tokenizer.model")
                .hasMessageContaining("copy one of them");
        Files.writeString(directory.resolve("vocab.txt"), "");
        Files.writeString(directory.resolve("vocab.json"), "{}");
        assertThatThrownBy(() -> Tokenizer.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("there is only vocab.txt, vocab.json. In Python")
                .hasMessageContaining("save_pretrained");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "\"type\":\"BPE\"~\"type\":\"WordPiece\"~model.type is WordPiece; known are BPE and Unigram",
                "\"type\":\"BPE\"~\"type\":7~model.type must be a string, but is a number",
                "\"type\":\"Fuse\"~\"type\":\"CTC\"~the type CTC; known are ByteLevel",
                "\"stop\":0}]~\"stop\":1}]~Strip that is not once",
                "\"model\":~\"mode\":~model is missing",
                "\"decoder\":~\"recorder\":~decoder is missing",
                "\"<s>\":1,~\"<s>\":2147483647,~no file of this length can need",
                "\"<s>\":1,~\"<s>\":-1,~the id -1",
                "\"<s>\":1,~\"<s>\":99999999999999999999999,~the id 99999999999999999999999",
                "\"<s>\":1,~\"<s>\":1.5,~gives <s> no integer",
                "\"<s>\":1,~\"<s>\":2,~gives id 2 to two tokens",
                "\"id\":1,~\"id\":3,~gives <s> the id 3",
                "\"content\":\"</s>\"~\"content\":\"<s>\"~gives <s> the id 2",
                "\"content\":\"</s>\"~\"content\":\"\"~added_tokens[2].content is empty",
                "\"content\":\"</s>\"~\"contents\":\"\"~added_tokens[2].content must be a string, but is missing",
                "\"dropout\":null~\"dropout\":0.1~model.dropout",
                "\"dropout\":null~\"continuing_subword_prefix\":\"##\"~must be null or empty",
                "\"type\":\"Sequence\",\"normalizers\"~\"type\":\"Precompiled\",\"normalizers\"~Precompiled",
                "\"post_processor\":null~\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<x>\",\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}}~names <x>",
                "\"merges\":[~\"merges\":[[\"q\",\"q\"],~model.merges[0] makes \"qq\", but model.vocab lacks \"q\"",
                "{\"version\"~{]\"version\"~not valid JSON",
            })
    void refusesAWrongFileAndSaysWhere(String valid, String wrong, String message) {
        String json = SmallTokenizers.PREPENDED.json();
        assertThat(json).contains(valid);
        String changed = replaceFirst(json, valid, wrong);
        assertThatThrownBy(() -> SmallTokenizers.write(directory, changed))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(message);
    }

    @Test
    void refusesMoreAfterTheEndAndBytesThatAreNoText() throws IOException {
        assertThatThrownBy(() -> SmallTokenizers.write(directory, SmallTokenizers.PREPENDED.json() + " {}"))
                .hasMessageContaining("more after the end");
        Files.write(directory.resolve("tokenizer.json"), new byte[] {'{', '"', (byte) 0xFF, '"', '}'});
        assertThatThrownBy(() -> Tokenizer.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(
                        "tokenizer.json is not valid JSON: a string that is not UTF-8 text (line 1, column 5)");
    }

    @Test
    void readsTheTokensThatTheConfigurationNames() throws IOException {
        Path config = directory.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"bos_token\":{\"content\":\"<s>\"},\"x\":[1],\"eos_token\":null}");
        try (Tokenizer tokenizer = SmallTokenizers.PREPENDED.in(directory)) {
            assertThat(tokenizer.beginOfSequence()).hasValue(1);
            assertThat(tokenizer.endOfSequence()).isEmpty();
        }
        Files.writeString(config, "{\"eos_token\":\"<end>\"}");
        assertThatThrownBy(() -> Tokenizer.read(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("eos_token is <end>");
        for (String corrupt : new String[] {"", "[]", "{\"eos_token\":[]}", "{\"eos_token\":", "{"}) {
            Files.writeString(config, corrupt);
            assertThatThrownBy(() -> Tokenizer.read(directory)).as(corrupt).isInstanceOf(TokenizerException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMutatedFileIsReadOrRefusedInOurOwnWords(SmallTokenizers kind) throws IOException {
        byte[] valid = kind.json().getBytes(UTF_8);
        Random random = new Random(kind.ordinal());
        int refused = 0;
        for (int round = 0; round < 150; round++) {
            byte[] bytes = mutated(valid, random);
            Files.write(directory.resolve("tokenizer.json"), bytes);
            try (Tokenizer tokenizer = Tokenizer.read(directory)) {
                for (String text : new String[] {"hello the <s></s><|end|>", "日本 🦙"}) {
                    tokenizer.encodeWithSpecialTokens(text);
                    tokenizer.decode(tokenizer.encodePrompt(tokenizer.guard(text)));
                    tokenizer.encode(text);
                }
            } catch (OrreryException expected) {
                assertThat(expected).hasMessageContaining("tokenizer");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10);
    }

    private static byte[] mutated(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] = (byte) random.nextInt(256);
            case 1 -> bytes[at] = (byte) "0123456789{}[]\",:-enul".charAt(random.nextInt(22));
            case 2 -> bytes = Arrays.copyOf(bytes, at);
            case 3 -> {
                int length = Math.min(random.nextInt(1, 40), bytes.length - at);
                System.arraycopy(valid, random.nextInt(valid.length - length), bytes, at, length);
            }
            default -> {
                // In the first part, which contains the settings, a changed digit or letter changes the meaning, not
                // the syntax.
                int position = random.nextInt(Math.min(bytes.length, 2500));
                bytes[position] = (byte)
                        (Character.isDigit(bytes[position]) ? '0' + random.nextInt(10) : 'a' + random.nextInt(26));
            }
        }
        return bytes;
    }

    private static String replaceFirst(String text, String part, String by) {
        int at = text.indexOf(part);
        return text.substring(0, at) + by + text.substring(at + part.length());
    }
}
