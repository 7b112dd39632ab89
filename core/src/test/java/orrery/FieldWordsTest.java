package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What people read says things as Hugging Face, vLLM, llama.cpp and the papers do. */
final class FieldWordsTest {
    /** What does not come back, with what is said instead. */
    private static final Map<String, String> BANNED = Map.ofEntries(
            Map.entry("(?:values|numbers|elements|bytes|KV|cache|experts|active(?: in)?) a token\\b", "per token"),
            Map.entry("a token and (?:a )?layer", "per token per layer"),
            Map.entry("active for a token", "active per token"),
            Map.entry("values a sequence", "per sequence"),
            Map.entry("RMS norm\\b", "RMSNorm"),
            Map.entry("RoPE theta", "RoPE base"),
            Map.entry("all alike", "identical layers"),
            Map.entry("sees every earlier token|sees all|sees everything", "full attention"),
            Map.entry("sees the last|a window of the last", "sliding window of"),
            Map.entry("the embedding again|tied to the embedding", "tied output head"),
            Map.entry("key-valu[e] heads?\\b", "KV heads"),
            Map.entry("paired by halves|neighbours paired", "half a head apart, interleaved"),
            Map.entry("guesses the token after the next|guesses ahead", "MTP layer"),
            Map.entry("RoPE stretched|stretched \\d", "RoPE scaling"),
            Map.entry("(?:tokens|bytes|operations|steps) a second\\b", "per second"),
            Map.entry("bits a weight|parameters in a layer|[Oo]ne (?:tile|bar|square|row|dot) an? ", "per"),
            Map.entry("\\b(?:[Ss]omebody|[Ww]hoever|[Nn]obody|[Aa]nybody)\\b", "the one who acts, or the passive"),
            Map.entry("[Kk]eys and values are remembered|remember keys and values", "the KV cache is"),
            Map.entry("; else (?:the|as|one|\\d)", "(default: …)"),
            Map.entry("\\b(?:is|are|it is) no (?:number|valid|whole|multiple|directory|text)\\b", "is not a"),
            Map.entry("where (?:the )?norms stand", "norm placement"),
            Map.entry("taken for granted|takes for granted", "assumed"),
            Map.entry("[Mm]ulti-head attention and grouped queries", "grouped-query attention"),
            Map.entry("begins? anew", "starts a new"),
            Map.entry("is not judged|not judged", "does not count"));

    @Test
    void nothingThatPeopleReadUsesAWordOfOurOwnForAThingThatHasAName() {
        var found = new ArrayList<String>();
        for (var file : Checkout.files()) {
            for (var text : read(file)) {
                BANNED.forEach((phrase, instead) -> {
                    if (Pattern.compile(phrase).matcher(text).find()) {
                        found.add(file.getFileName() + ": \"" + text + "\", expected \"" + instead + "\"");
                    }
                });
            }
        }
        assertThat(found).isEmpty();
    }

    /** The lines of a document, or of a program without its comments; decisions tell what was. */
    private static List<String> read(Path file) {
        String path = file.toString().replace('\\', '/');
        if (path.endsWith(".md") && !path.contains("/decisions/")) {
            return Checkout.text(file).lines().toList();
        }
        if (path.endsWith(".java") && path.contains("/src/main/")) {
            return Checkout.text(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.startsWith("*") && !line.startsWith("/"))
                    .toList();
        }
        return List.of();
    }
}
