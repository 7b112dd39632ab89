package orrery.app;

import java.util.List;
import orrery.app.terminal.Front;

/**
 * The class that the launcher starts while Java records which classes a start needs: runs commands that answer by
 * arithmetic alone, then the one of its arguments as {@link Start} does, which ends the process. Without this,
 * comparing five models takes twice the processor time.
 */
public final class Training {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("describe", "gemma-3n-e4b"),
            List.of("models"),
            List.of("compare", "deepseek-v3", "gemma-3n-e4b", "gemma-3-4b", "llama-4-scout", "gpt2"),
            List.of("compare", "olmo-2-7b", "llama-3.1-8b", "--json"));

    private Training() {}

    public static void main(String[] arguments) {
        for (var command : COMMANDS) {
            Main.execute(Front.ofProcess(), command.toArray(String[]::new));
        }
        Start.main(arguments);
    }
}
