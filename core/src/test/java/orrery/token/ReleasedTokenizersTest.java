package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Released tokenizers on awkward texts, against Hugging Face's library. They are not ours to ship, so a variable names
 * a folder that holds {@code tokenizers/NAME/tokenizer.json}.
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

    static Path folder() {
        String folder = System.getenv(FOLDER);
        Assumptions.assumeTrue(folder != null, FOLDER + " names no folder of released files");
        return Path.of(folder);
    }

    private static void compare(Path directory) throws Exception {
        try (var tokenizer = Tokenizer.read(directory);
                var reference = new HuggingFace(Files.readString(directory.resolve("tokenizer.json")))) {
            int different = 0;
            for (String text : texts(tokenizer)) {
                int[] ids = reference.encode(text);
                int[] whole = reference.encodeWithSpecialTokens(text);
                int[] ours = tokenizer.encodePrompt(text.replace("\uFDD0", ""));
                boolean same = Arrays.equals(
                                ours, text.contains("\uFDD0") ? reference.encode(text.replace("\uFDD0", "")) : ids)
                        && Arrays.equals(tokenizer.encodeWithSpecialTokens(text), whole);
                if (!same && different++ < 5) {
                    System.out.println(directory + " differs on " + text + "\n  " + Arrays.toString(ids) + "\n  "
                            + Arrays.toString(ours));
                }
                assertThat(streamed(tokenizer, ids)).isEqualTo(tokenizer.decode(ids));
                boolean bytes = Arrays.stream(ids).anyMatch(id -> ByteAlphabet.isByteToken(tokenizer.tokenOf(id)));
                if (!bytes) {
                    assertThat(tokenizer.decode(ids)).as(text).isEqualTo(reference.decode(ids));
                }
            }
            assertThat(different).as("of %d texts", AwkwardTexts.COUNT).isZero();
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
