package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Released vocabularies in GGUF, against the ids that llama.cpp expects ({@code ggml-vocab-NAME.gguf}, {@code .inp} and
 * {@code .out} of its {@code models} folder). They are not shipped with Orrery, so a variable names their folder.
 */
final class ReleasedVocabulariesTest {
    private static final String FOLDER = "ORRERY_VOCABS";
    private static final String BETWEEN = "\n__ggml_vocab_test__\n";

    @TestFactory
    List<DynamicTest> givesTheIdsThatAreExpected() throws Exception {
        String folder = System.getenv(FOLDER);
        if (folder == null) {
            // An assumption that fails in the factory itself is not reported as a skipped test.
            return List.of(DynamicTest.dynamicTest(
                    "released vocabularies",
                    () -> Assumptions.abort(FOLDER + " names no folder of released vocabularies")));
        }
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".gguf"))
                    .sorted()
                    .toList()) {
                tests.add(DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> check(file)));
            }
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static void check(Path file) throws Exception {
        List<String> texts =
                List.of(Files.readString(Path.of(file + ".inp")).split(java.util.regex.Pattern.quote(BETWEEN), -1));
        // One line per text: that of the empty one is empty, too.
        List<String> expected = List.of(Files.readString(Path.of(file + ".out")).split("\n", -1));
        assertThat(texts).hasSameSizeAs(expected).hasSizeGreaterThan(40);
        try (Tokenizer tokenizer = Tokenizer.read(file)) {
            for (int i = 0; i < texts.size(); i++) {
                int[] ids = tokenizer.encode(texts.get(i));
                assertThat(Arrays.stream(ids).mapToObj(id -> " " + id).collect(Collectors.joining()))
                        .as(texts.get(i))
                        .isEqualTo(expected.get(i));
                assertThat(tokenizer.decode(ids)).isEqualTo(texts.get(i));
            }
        }
    }
}
