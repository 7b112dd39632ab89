package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Documents, messages and comments use the terms of Hugging Face, vLLM, llama.cpp and the papers. */
final class FieldWordsTest {
    /** Banned phrases, and what to write instead. */
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
            Map.entry(
                    "\\b(?:[Ss]omebody|[Ww]hoever|[Nn]obody|[Aa]nybody|[Ee]verybody)\\b",
                    "the one who acts, or the passive"),
            Map.entry("[Kk]eys and values are remembered|remember keys and values", "the KV cache is"),
            Map.entry("; else (?:the|as|one|\\d)", "(default: …)"),
            Map.entry("\\b(?:is|are|it is) no (?:number|valid|whole|multiple|directory|text)\\b", "is not a"),
            Map.entry("where (?:the )?norms stand", "norm placement"),
            Map.entry("taken for granted|takes for granted", "assumed"),
            Map.entry("[Mm]ulti-head attention and grouped queries", "grouped-query attention"),
            Map.entry("begins? anew", "starts a new"),
            Map.entry("is not judged|not judged", "does not count"),
            Map.entry("to no avail", "without success"),
            Map.entry("\\bgive[ns]? (?:out|away)\\b|\\bhand(?:s|ed)? out\\b", "returns, delivers"),
            Map.entry("\\bcomes? to read\\b", "reads"),
            Map.entry("\\bheld against\\b", "compared with"),
            Map.entry("\\bby turns\\b", "alternately, in turn"),
            Map.entry("\\b[Ww]hat came of\\b", "the result of"),
            Map.entry("\\bma(?:kes?|de) nothing of\\b", "ignores"),
            Map.entry("\\bg[eo]ts? ready\\b", "prepares"),
            Map.entry("\\bpages? without (?:any )?rights\\b", "inaccessible page"),
            Map.entry("\\bin so many words\\b", "explicitly"),
            Map.entry("\\bWhat [^.,;:]{3,40}, (?:it|they|is|are|has|goes|stays|comes)\\b", "subject, verb, object"));

    /** Packages whose comments still use such phrases; their strings are checked. */
    private static final Pattern UNCHECKED_COMMENTS = Pattern.compile("/orrery/(?:report|draw|figures|atlas)/");

    private static final Pattern LINK_TARGET = Pattern.compile("\\]\\([^)]*\\)");

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

    /** The lines of a document without its links' targets, or of a program. */
    private static List<String> read(Path file) {
        String path = file.toString().replace('\\', '/');
        if (path.endsWith(".md")) {
            return LINK_TARGET
                    .matcher(Checkout.text(file))
                    .replaceAll("]")
                    .lines()
                    .toList();
        }
        if (path.endsWith(".java") && path.contains("/src/main/")) {
            boolean comments = !UNCHECKED_COMMENTS.matcher(path).find();
            return Checkout.text(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> comments || (!line.startsWith("*") && !line.startsWith("/")))
                    .toList();
        }
        return List.of();
    }
}
