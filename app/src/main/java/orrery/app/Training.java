package orrery.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orrery.app.terminal.Front;

/**
 * The class that the launcher runs while Java records which classes startup needs: it runs commands that only
 * calculate, then generates answers from a GGUF file with machine code, then runs its arguments' command like
 * {@link Start}, which ends the process. Without this, comparing five models takes twice the processor time, and the
 * first token of a file of 250 MB twice as long.
 */
public final class Training {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("describe", "gemma-3n-e4b"),
            List.of("models"),
            List.of("compare", "deepseek-v3", "gemma-3n-e4b", "gemma-3-4b", "llama-4-scout", "gpt2"),
            List.of("compare", "olmo-2-7b", "llama-3.1-8b", "--json"));

    private Training() {}

    public static void main(String[] arguments) {
        COMMANDS.forEach(Training::execute);
        answerByMachineCode(Path.of(System.getProperty("orrery.home"), "demo-model"));
        Start.main(arguments);
    }

    /**
     * Runs before the Vector API is loaded, whose classes cannot be cached. If the machine does not support machine
     * code, the build's log says so, and the cache lacks these classes.
     */
    private static void answerByMachineCode(Path demo) {
        try {
            Path folder = Files.createTempDirectory("orrery-training");
            Path file = folder.resolve("demo.gguf");
            try {
                TrainingVocabulary.read(folder);
                execute(List.of("quantize", "--quiet", "--type", "q8_0", demo.toString(), file.toString()));
                execute(List.of(
                        "run",
                        "--quiet",
                        "--kernels",
                        "jit",
                        "--max-tokens",
                        "4",
                        "--model",
                        file.toString(),
                        "Hello"));
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void execute(List<String> command) {
        Main.execute(Front.ofProcess(), command.toArray(String[]::new));
    }
}
