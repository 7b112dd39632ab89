package orrery.app;

import java.util.Map;
import orrery.app.terminal.Front;
import picocli.CommandLine;

/** The output of {@code orrery} without arguments. */
final class Welcome {
    private Welcome() {}

    static void print(Front front, Map<String, CommandLine> commands) {
        var out = front.out();
        var style = front.style();
        out.println("Orrery runs and measures language-model architectures on the JVM.");
        out.println();
        out.println("  " + style.accent("orrery chat"));
        out.println("      chat with the small model that comes with it");
        out.println("  " + style.accent("orrery run \"Which attention does DeepSeek V3 use?\""));
        out.println("      ask it one question");
        out.println("  " + style.accent("orrery run --demo deepseek --speculate mtp \"How deep is OLMo 2 7B?\""));
        out.println("      ask a small model of another form, which guesses tokens ahead");
        out.println("  " + style.accent("orrery describe deepseek-v3"));
        out.println("      a model's architecture, its size and its KV cache");
        out.println();
        out.println("Commands: " + String.join(", ", commands.keySet()) + ".");
        out.println("orrery help COMMAND shows more about each.");
    }
}
