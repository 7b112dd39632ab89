package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Released tokenizers on awkward texts, against Hugging Face's library. Their licences do not allow to ship them, so a
 * variable names a folder that contains {@code tokenizers/NAME/tokenizer.json}.
 */
final class ReleasedTokenizersTest {
    static final String FOLDER = "ORRERY_REAL";

    @TestFactory
    List<DynamicTest> givesTheReferencesIds() {
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest("the demo model", () -> compare(Path.of("..", "demo-model"))));
        for (String name : List.of("deepseek_v3", "gemma3", "gptoss", "llama3_1", "qwen3")) {
            tests.add(DynamicTest.dynamicTest(
                    name, () -> compare(folder().resolve("tokenizers").resolve(name))));
        }
        return tests;
    }

    @Test
    void aGgufFileSplitsAsTheTokenizerThatItWasMadeOf() {
        var original = Tokenizer.read(folder().resolve("tokenizers").resolve("gemma3"));
        var gguf = Tokenizer.read(folder().resolve("gemma-3-270m-q4_k_m.gguf"));
        for (String text : texts(original)) {
            int[] ids = original.encodeWithSpecialTokens(text);
            assertThat(gguf.encodeWithSpecialTokens(text)).as(text).isEqualTo(ids);
            assertThat(gguf.decode(gguf.encode(text))).as(text).isEqualTo(original.decode(original.encode(text)));
        }
    }

    static Path folder() {
        String folder = System.getenv(FOLDER);
        Assumptions.assumeTrue(folder != null, FOLDER + " names no folder of released files");
        return Path.of(folder);
    }

    private static void compare(Path directory) throws Exception {
        try (var tokenizer = Tokenizer.read(directory);
                var reference = new HuggingFace(Files.readString(directory.resolve("tokenizer.json")))) {
            List<String> different = new ArrayList<>();
            for (String each : texts(tokenizer)) {
                // The mark that separates users' texts from the template's is removed from them.
                String text = each.replace("\uFDD0", "");
                int[] ids = reference.encode(text);
                if (!Arrays.equals(tokenizer.encodePrompt(text), ids)
                        || !Arrays.equals(
                                tokenizer.encodeWithSpecialTokens(text), reference.encodeWithSpecialTokens(text))) {
                    different.add(text);
                }
                assertThat(streamed(tokenizer, ids)).isEqualTo(tokenizer.decode(ids));
                boolean bytes = Arrays.stream(ids).anyMatch(id -> ByteAlphabet.isByteToken(tokenizer.tokenOf(id)));
                if (!bytes) {
                    assertThat(tokenizer.decode(ids)).as(text).isEqualTo(reference.decode(ids));
                }
            }
            assertThat(different).as("of %d texts", AwkwardTexts.COUNT).isEmpty();
        }
    }

    private static List<String> texts(Tokenizer tokenizer) {
        return AwkwardTexts.with(tokenizer.facts().vocabulary().added().stream()
                .map(AddedToken::content)
                .toList());
    }

    private static String streamed(Tokenizer tokenizer, int[] ids) {
        var stream = tokenizer.textStream();
        var text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.append(id));
        }
        return text.append(stream.finish()).toString();
    }
}
