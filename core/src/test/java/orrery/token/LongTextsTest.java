package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of many megabytes, and expressions that would backtrack without end: tokens or one error, in bounded time. */
final class LongTextsTest {
    private static final String LLAMA_3_WITHOUT_CONTRACTIONS = "[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|"
            + " ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+";

    @TempDir
    Path directory;

    /** The demo model's tokenizer with another split expression. */
    private Tokenizer cutBy(String expression) throws Exception {
        String json = Files.readString(Path.of("..", "demo-model", "tokenizer.json"));
        int begin = json.indexOf("\"normalizer\"");
        int end = json.indexOf("\"post_processor\"");
        assertThat(begin).isPositive().isLessThan(end);
        return SmallTokenizers.write(
                directory,
                json.substring(0, begin)
                        + "\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\""
                        + expression
                        + "\"},\"behavior\":\"Isolated\",\"invert\":false}," + json.substring(end));
    }

    private static void within(int seconds, Executable work) {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(seconds), work);
    }

    @Test
    void twelveMillionSpacesAreTokens() throws Exception {
        var tokenizer = cutBy(LLAMA_3_WITHOUT_CONTRACTIONS);
        String text = "a" + " ".repeat(12_000_000) + "b";
        within(120, () -> assertThat(tokenizer.encode(text)).hasSizeBetween(100_000, 12_000_002));
    }

    @ParameterizedTest
    @ValueSource(ints = {3_000, 60_000, 1_000_000})
    void carelessExpressionsAreGivenUp(int length) throws Exception {
        var tokenizer = cutBy("(a|a)*b|(x+x+)+y");
        for (String letter : List.of("a", "x")) {
            within(
                    60,
                    () -> assertThatThrownBy(() -> tokenizer.encode(letter.repeat(length)))
                            .isInstanceOf(TokenizerException.class)
                            .hasMessageContaining("tokenizer.json: the expression \"(a|a)*b|(x+x+)+y\" ")
                            .hasMessageContaining("at character 0 of a text of " + length));
        }
        assertThat(tokenizer.decode(tokenizer.encode("aab xxy"))).isEqualTo("aab xxy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\n", "x y", "é", "🦙", "日本", "\u0301\u0323", "▁", "<", "1", "'s", "A日"})
    void aMegabyteOfTheSameIsEncodedInNoTime(String part) {
        String text = part.repeat(1_000_000 / part.length());
        for (SmallTokenizers kind : SmallTokenizers.values()) {
            var tokenizer = kind.in(directory);
            within(60, () -> assertThat(tokenizer.encode(text)).hasSizeLessThan(4_000_000));
        }
        for (String pre :
                List.of("gpt-2", "llama-bpe", "qwen2", "llama4", "deepseek-v3", "deepseek-llm", "falcon", "default")) {
            var tokenizer = SmallGguf.byteLevel(pre).tokenizer();
            within(60, () -> assertThat(tokenizer.encode(text)).hasSizeLessThan(4_000_000));
        }
    }
}
