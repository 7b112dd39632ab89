package orrery.token;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A program: how fast one thread encodes a text, alternating with Hugging Face's library. Its arguments are a text file
 * and model directories.
 */
final class TokenizerSpeed {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int TURNS = 3;

    private TokenizerSpeed() {}

    public static void main(String... arguments) throws Exception {
        // Documents of some pages, a tokenizer's usual input.
        List<String> documents = List.of(Files.readString(Path.of(arguments[0])).split("(?<=\\G.{20000})", -1));
        for (int i = 1; i < arguments.length; i++) {
            Path directory = Path.of(arguments[i]);
            try (var tokenizer = Tokenizer.read(directory);
                    var reference = new HuggingFace(Files.readString(directory.resolve("tokenizer.json")))) {
                double ours = 0;
                double theirs = 0;
                for (int turn = 0; turn < TURNS; turn++) {
                    ours = Math.max(ours, rate(documents, text -> tokenizer.encodePrompt(text).length));
                    theirs = Math.max(theirs, rate(documents, text -> reference.encode(text).length));
                }
                System.out.printf(
                        "%-14s %5.2f million tokens/s, Hugging Face's %5.2f, ratio %.1f%n",
                        directory.getFileName(), ours / 1e6, theirs / 1e6, ours / theirs);
            }
        }
    }

    /** Tokens per second of this thread's CPU time, so that other load on the machine matters little. */
    private static double rate(List<String> documents, ToIntFunction<String> encoding) {
        long begin = THREADS.getCurrentThreadCpuTime();
        long used = 0;
        long tokens = 0;
        for (int i = 0; used < 700_000_000L; i = (i + 1) % documents.size()) {
            tokens += encoding.applyAsInt(documents.get(i));
            used = THREADS.getCurrentThreadCpuTime() - begin;
        }
        return tokens * 1e9 / used;
    }
}
