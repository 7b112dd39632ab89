package orrery.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import orrery.app.terminal.Front;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/** {@code completion}: shell scripts that complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints a shell completion script for orrery's commands and options.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(orrery completion bash)",
            "  source <(orrery completion zsh)",
            "  orrery completion fish > ~/.config/fish/completions/orrery.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    @SuppressWarnings("NullAway.Init")
    private Shell shell;

    /** The shells. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    CompletionCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var whole = Commands.all(front);
        front.out()
                .println(
                        switch (shell) {
                            // The same script works for zsh, through its emulation of bash.
                            case bash, zsh -> AutoComplete.bash("orrery", whole);
                            case fish -> fish(whole.getSubcommands());
                        });
        return 0;
    }

    private static String fish(Map<String, CommandLine> commands) {
        var lines = new ArrayList<String>();
        lines.add("complete -c orrery -n __fish_use_subcommand -f");
        commands.forEach((name, command) -> {
            String about = first(command.getCommandSpec().usageMessage().description());
            lines.add("complete -c orrery -n __fish_use_subcommand -a " + name + " -d " + quoted(about));
            for (var option : command.getCommandSpec().options()) {
                if (!option.hidden()) {
                    lines.add(fish(name, option));
                }
            }
            command.getCommandSpec().positionalParameters().stream()
                    .filter(one -> one.completionCandidates() != null)
                    .forEach(one -> lines.add(
                            "complete -c orrery -n '__fish_seen_subcommand_from " + name + "' -f" + candidates(one)));
        });
        return String.join("\n", lines);
    }

    private static String fish(String command, OptionSpec option) {
        String names = Arrays.stream(option.names())
                .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                .collect(Collectors.joining());
        return String.format(
                Locale.ROOT,
                "complete -c orrery -n '__fish_seen_subcommand_from %s'%s%s -d %s",
                command,
                names,
                option.arity().max() == 0
                        ? ""
                        : option.completionCandidates() == null ? " -r" : " -x" + candidates(option),
                quoted(first(option.description())));
    }

    /** The possible values of an argument. */
    private static String candidates(ArgSpec argument) {
        return " -a " + quoted(String.join(" ", argument.completionCandidates()).toLowerCase(Locale.ROOT));
    }

    private static String first(String... lines) {
        return lines.length == 0 ? "" : CommandLine.Help.Ansi.OFF.string(lines[0]);
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
