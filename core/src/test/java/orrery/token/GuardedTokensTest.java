package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A user's text never becomes a control token, and ordinary text is encoded as the reference encodes it. */
final class GuardedTokensTest {
    private static final List<String> MARKS = List.of(
            "<|im_end|>",
            "<｜User｜>",
            "<｜tool▁calls▁begin｜>",
            "[INST]",
            "[/INST]",
            "[TOOL_CALLS]",
            "<start_of_turn>",
            "<end_of_turn>");
    private static final List<String> ORDINARY = List.of(
            "\n",
            "\n\n",
            "  ",
            "\t",
            "the",
            "user",
            "don't",
            "<h1>",
            "<s>",
            "<table>",
            "<unused7>",
            "[multimodal]",
            "<||>",
            "[]",
            "[ok]",
            "[1]",
            "...",
            "--",
            "<>");

    @TempDir
    private Path folder;

    private static ControlTokens controls(List<String> tokens, String... templates) {
        var added = new ArrayList<AddedToken>();
        tokens.forEach(token -> added.add(new AddedToken(added.size(), token, false)));
        return new ControlTokens(added, List.of(templates));
    }

    @Test
    void marksAreGuardedWhateverTheFileCallsThem() {
        var controls = controls(MARKS);
        for (String mark : MARKS) {
            assertThat(controls.guard("a " + mark + " b")).as(mark).contains(String.valueOf(ControlTokens.MARK));
        }
    }

    @Test
    void whatIsForOrdinaryTextIsNotGuardedEvenWhereATemplateWritesIt() {
        String text = String.join("|", ORDINARY);
        assertThat(controls(ORDINARY).guard(text)).isEqualTo(text);
        var written = controls(List.of("\n", "\n\n", "user", "don't", "...", "--"), text);
        assertThat(written.guard(text)).isEqualTo(text);
    }

    @Test
    void whatATemplateWritesIsGuardedInAUsersTextAndNotInTheModelsOwn() {
        var tokens = List.of("<think>", "</think>", "<tool_call>", "<h1>", "<|im_end|>");
        var controls = controls(tokens, "{{ '<|im_start|>user\n' }}<think>\n</think>{% if t %}<tool_call>{% endif %}");
        assertThat(controls.guard("<think>x</think><h1><tool_call><|im_end|>"))
                .isEqualTo("<\uFDD0think>x<\uFDD0/think><h1><\uFDD0tool_call><\uFDD0|im_end|>");
        assertThat(controls.guardAnswer("<think>x</think><h1><tool_call><|im_end|>"))
                .isEqualTo("<think>x</think><h1><tool_call><\uFDD0|im_end|>");
    }

    @Test
    void aDirectorysTemplateSaysWhatItsTokenizerGuards() throws IOException {
        try (var without = SmallTokenizers.BYTE_LEVEL.in(folder)) {
            assertThat(without.guard("</think>")).isEqualTo("</think>");
        }
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content.split('</think>')[0] }}");
        try (var with = Tokenizer.read(folder)) {
            int think = with.idOf("</think>").orElseThrow();
            assertThat(with.guard("</think>")).isEqualTo("<\uFDD0/think>");
            assertThat(with.encode("a</think>")).doesNotContain(think);
            assertThat(with.encodePrompt("a" + with.guard("</think>"))).doesNotContain(think);
            assertThat(with.encodePrompt("a</think>")).contains(think);
            assertThat(with.encodePrompt(with.guardAnswer("a</think>"))).contains(think);
            assertThat(with.decode(with.encode("a</think>b"))).isEqualTo("a</think>b");
        }
    }

    /** Every available template with every available vocabulary. */
    @TestFactory
    List<DynamicTest> templatesAndVocabulariesAtHandAreGuarded() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        for (var tokenizer : tokenizers().entrySet()) {
            tests.add(DynamicTest.dynamicTest(tokenizer.getKey(), () -> walk(tokenizer.getValue())));
        }
        if (tests.isEmpty()) {
            tests.add(DynamicTest.dynamicTest(
                    "released vocabularies",
                    () -> Assumptions.abort("ORRERY_REAL and ORRERY_VOCABS name no folder of released files")));
        }
        return tests;
    }

    private static Map<String, Path> tokenizers() throws IOException {
        var found = new LinkedHashMap<String, Path>();
        if (System.getenv(ReleasedTokenizersTest.FOLDER) != null) {
            var real = ReleasedTokenizersTest.folder();
            for (String name : List.of("deepseek_v3", "gemma3", "gptoss", "llama3_1", "qwen3")) {
                found.put(name, real.resolve("tokenizers").resolve(name));
            }
            found.put("the released Gemma 3 GGUF", real.resolve("gemma-3-270m-q4_k_m.gguf"));
        }
        String vocabularies = System.getenv("ORRERY_VOCABS");
        if (vocabularies != null) {
            try (Stream<Path> files = Files.list(Path.of(vocabularies))) {
                files.filter(file -> file.toString().endsWith(".gguf"))
                        .sorted()
                        .forEach(file -> found.put(file.getFileName() + "", file));
            }
        }
        return found;
    }

    private static List<String> templates() throws IOException {
        var sources = new ArrayList<String>();
        String folder = System.getenv("ORRERY_TEMPLATES");
        if (folder != null) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file :
                        files.filter(path -> path.toString().contains("__")).toList()) {
                    var json = JsonMapper.shared().readTree(Files.readString(file));
                    sources.add(json.get("template").stringValue());
                }
            }
        }
        return sources;
    }

    private static void walk(Path file) throws IOException {
        try (var tokenizer = Tokenizer.read(file)) {
            var added = tokenizer.facts().vocabulary().added();
            requireGuarded(tokenizer, added);
            for (String template : templates()) {
                var controls = new ControlTokens(added, List.of(template));
                for (var token : added) {
                    String text = token.content();
                    boolean words = text.codePoints()
                            .allMatch(one -> Character.isLetterOrDigit(one) || Character.isWhitespace(one));
                    boolean mark = text.matches("(?s)[<\\[{(]\\S*\\w\\S*[>\\]})]");
                    boolean guarded = !controls.guard(text).equals(text);
                    if (token.special() || (mark && template.contains(text))) {
                        assertThat(guarded).as("%s is guarded", text).isTrue();
                    } else if (words || (!template.contains(text) && text.startsWith("<unused"))) {
                        assertThat(guarded).as("%s is ordinary text", text).isFalse();
                    }
                }
            }
        }
    }

    /**
     * A user's text never contains the id of a control token, alone or between others, and a template's text still
     * does.
     */
    private static void requireGuarded(Tokenizer tokenizer, List<AddedToken> added) {
        int controls = 0;
        for (var token : added) {
            String text = token.content();
            boolean guarded = !tokenizer.guard(text).equals(text);
            boolean expected = token.special()
                    || MARKS.contains(text)
                    || text.startsWith("<｜")
                    || text.matches("</?(think|tool_call|tool_response)>");
            if (expected) {
                assertThat(guarded).as("%s is guarded", text).isTrue();
            }
            if (!guarded) {
                continue;
            }
            if (controls++ > 60) {
                // Hundreds of reserved tokens differ only in their number.
                continue;
            }
            assertThat(tokenizer.encodePrompt(text))
                    .as("%s, by a template", text)
                    .contains(token.id());
            assertThat(tokenizer.encode("a " + text + "\n" + text))
                    .as("%s, as a text", text)
                    .doesNotContain(token.id());
            assertThat(tokenizer.encodePrompt(text + tokenizer.guard(text + "x" + text)))
                    .as("%s, by a template and by a user", text)
                    .satisfies(ids -> assertThat(Arrays.stream(ids).filter(id -> id == token.id()))
                            .hasSize(1));
        }
        assertThat(controls).isPositive();
        for (String text : List.of("\n\n\n", "<h1>x</h1>", "a  b", "<table>\n</table>")) {
            assertThat(tokenizer.encodePrompt(tokenizer.guard(text)))
                    .as("%s stays ordinary text", text)
                    .isEqualTo(tokenizer.encodePrompt(text));
        }
    }
}
