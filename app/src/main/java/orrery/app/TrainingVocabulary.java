package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.token.Tokenizer;

/**
 * Vocabularies as large as those of released models, made of letters, for {@link Training}: the code that reads them is
 * compiled at once in later starts, because the cache records that it ran often. The demo model's 2,000 tokens are too
 * few for that.
 */
final class TrainingVocabulary {
    private static final String KEYS = "tokenizer.ggml.";
    private static final int NORMAL = 1;
    private static final int TRIPLES = 100_000;

    private final List<String> tokens = new ArrayList<>();
    private final List<String> merges = new ArrayList<>();

    private TrainingVocabulary() {
        List<String> letters = new ArrayList<>();
        for (char letter = '!'; letter <= '~'; letter++) {
            letters.add(String.valueOf(letter));
        }
        tokens.addAll(letters);
        List<String> pairs = longer(letters, letters, Integer.MAX_VALUE);
        longer(pairs, letters, TRIPLES);
    }

    /** Adds the concatenation of each left half with each right half, and returns the new tokens. */
    private List<String> longer(List<String> lefts, List<String> rights, int most) {
        List<String> made = new ArrayList<>();
        for (String left : lefts) {
            for (String right : rights) {
                if (made.size() < most) {
                    made.add(left + right);
                    merges.add(left + " " + right);
                }
            }
        }
        tokens.addAll(made);
        return made;
    }

    /** Writes a file of each kind and reads its tokenizer, as opening a model does. */
    static void read(Path folder) throws IOException {
        var made = new TrainingVocabulary();
        var listed = new GgufMetadata()
                .text(KEYS + "model", "gpt2")
                .text(KEYS + "pre", "gpt-2")
                .texts(KEYS + "merges", made.merges);
        made.read(listed, folder.resolve("listed.gguf"));

        var scores = new float[made.tokens.size()];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = -id;
        }
        made.tokens.set(0, "▁");
        var scored = new GgufMetadata()
                .text(KEYS + "model", "llama")
                .count(KEYS + "unknown_token_id", 1)
                .decimals(KEYS + "scores", scores);
        made.read(scored, folder.resolve("scored.gguf"));
    }

    private void read(GgufMetadata metadata, Path file) throws IOException {
        int[] kinds = new int[tokens.size()];
        Arrays.fill(kinds, NORMAL);
        metadata.texts(KEYS + "tokens", Collections.unmodifiableList(tokens)).integers(KEYS + "token_type", kinds);
        GgufWriter.write(file, metadata, new TreeMap<>());
        try (var tokenizer = Tokenizer.read(file)) {
            tokenizer.encode("Hello");
        }
        Files.delete(file);
    }
}
