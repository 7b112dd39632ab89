package orrery.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small model's chat template and tokenizer for each family, in the family's form: a byte-level vocabulary, and the
 * delimiter tokens, special or not as in the released models. The files are in the resources, for other tests, too.
 */
enum SmallFamilies {
    QWEN_3("qwen-3"),
    LLAMA_3("llama-3"),
    LLAMA_4("llama-4"),
    MISTRAL_7("mistral-7"),
    MISTRAL_11("mistral-11"),
    DEEPSEEK_3("deepseek-3"),
    DEEPSEEK_3_1("deepseek-3.1"),
    GEMMA("prompted");

    final String family;
    final List<String> special;
    final List<String> marks;
    final ChatTemplate template;
    private final Path folder;

    SmallFamilies(String family) {
        this.family = family;
        folder = Path.of("src", "test", "resources", "families", family);
        special = added(folder, true);
        marks = added(folder, false);
        template = ChatTemplate.read(folder).orElseThrow();
    }

    private static List<String> added(Path folder, boolean special) {
        try {
            var tokens = JsonMapper.shared().readTree(Files.readString(folder.resolve("tokenizer.json")));
            return tokens.get("added_tokens").values().stream()
                    .filter(token -> token.get("special").booleanValue() == special)
                    .map(token -> token.get("content").stringValue())
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    ChatFormat format() {
        return ChatFormat.of(Optional.of(template), Optional.empty(), new Random(5));
    }

    Tokenizer tokenizer() {
        return Tokenizer.read(folder);
    }

    /** Tools that scripts call. */
    static final Map<String, Map<String, Object>> TOOLS = Map.of(
            "get_weather",
            Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string"))),
            "add",
            Map.of(
                    "type",
                    "object",
                    "properties",
                    Map.of("a", Map.of("type", "integer"), "b", Map.of("type", "number"))));
}
