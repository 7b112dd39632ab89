package orrery.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import orrery.app.terminal.Front;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The tree of commands. */
final class Commands {
    private static final SequencedMap<String, Function<Front, Object>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("run", RunCommand::new);
        ALL.put("chat", ChatCommand::new);
        ALL.put("serve", ServeCommand::new);
        ALL.put("describe", DescribeCommand::new);
        ALL.put("compare", CompareCommand::new);
        ALL.put("draw", DrawCommand::new);
        ALL.put("curves", CurvesCommand::new);
        ALL.put("atlas", AtlasCommand::new);
        ALL.put("figures", FiguresCommand::new);
        ALL.put("models", ModelsCommand::new);
        ALL.put("tokens", TokensCommand::new);
        ALL.put("look", LookCommand::new);
        ALL.put("verify", VerifyCommand::new);
        ALL.put("quantize", QuantizeCommand::new);
        ALL.put("compare-logits", CompareLogitsCommand::new);
        ALL.put("perplexity", PerplexityCommand::new);
        ALL.put("slice", SliceCommand::new);
        ALL.put("bench", BenchCommand::new);
        ALL.put("train", TrainCommand::new);
        ALL.put("lab", LabCommand::new);
        ALL.put("completion", CompletionCommand::new);
        ALL.put("man", ManCommand::new);
    }

    private Commands() {}

    /** For shell completion. */
    static final class Names implements Iterable<String> {
        /** Created by picocli. */
        Names() {}

        @Override
        public Iterator<String> iterator() {
            return ALL.keySet().iterator();
        }
    }

    /**
     * The arguments in the form for picocli: {@code help run} and {@code --help run} become {@code run --help},
     * {@code help} alone becomes {@code --help}. A word that is not a command is left alone: next to {@code --help},
     * picocli would ignore it.
     */
    static String[] inOrder(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("help")) {
            var about = Stream.of(arguments).dropWhile(word -> word.equals("help"));
            return inOrder(Stream.concat(about, Stream.of("--help")).toArray(String[]::new));
        }
        if (arguments.length > 1 && arguments[0].equals("--help") && ALL.containsKey(arguments[1])) {
            return new String[] {arguments[1], "--help"};
        }
        boolean unknown = arguments.length > 0 && !arguments[0].startsWith("-") && !ALL.containsKey(arguments[0]);
        return unknown ? new String[] {arguments[0]} : arguments;
    }

    /**
     * The commands that these arguments may mean: the named one, or all. Reading the options of one class by reflection
     * takes milliseconds, so the others are skipped.
     *
     * @param help where help and version are written
     */
    static CommandLine of(Front front, Failures failures, PrintWriter help, String... arguments) {
        var root = new CommandLine(new Root(front));
        var named = arguments.length == 0 ? null : ALL.get(arguments[0]);
        if (named != null) {
            root.addSubcommand(arguments[0], named.apply(front));
        } else {
            addAll(root, front);
        }
        root.registerConverter(Path.class, Commands::path);
        PlainNumbers.register(root);
        root.setOut(help);
        root.setErr(front.err());
        root.setExecutionExceptionHandler(failures);
        root.setParameterExceptionHandler(failures);
        root.setColorScheme(CommandLine.Help.defaultColorScheme(front.style().coloured() ? Ansi.ON : Ansi.OFF));
        root.setUsageHelpWidth(80);
        root.setUsageHelpLongOptionsMaxWidth(30);
        root.setAbbreviatedOptionsAllowed(false);
        root.setAbbreviatedSubcommandsAllowed(false);
        root.setUnmatchedOptionsArePositionalParams(false);
        root.setOverwrittenOptionsAllowed(false);
        exitCodes(root);
        return root;
    }

    /** Every command, to be inspected but not run. */
    static CommandLine all(Front front) {
        var root = addAll(new CommandLine(new Root(front)), front);
        exitCodes(root);
        return root;
    }

    private static CommandLine addAll(CommandLine root, Front front) {
        ALL.forEach((name, make) -> root.addSubcommand(name, make.apply(front)));
        return root;
    }

    /** An empty path comes from an unset variable of the shell, and does not mean the current folder. */
    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("the path is empty");
        }
        return Path.of(text);
    }

    private static void exitCodes(CommandLine command) {
        var usage = command.getCommandSpec().usageMessage();
        usage.exitCodeListHeading("%nExit codes:%n");
        var codes = new LinkedHashMap<String, String>();
        codes.put("0", "success");
        codes.put("1", "failure; one line on standard error says why");
        codes.put("2", "wrong arguments");
        usage.exitCodeList(codes);
        command.getSubcommands().values().forEach(Commands::exitCodes);
    }

    /** {@code orrery} without a command. */
    @Command(
            name = "orrery",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            synopsisSubcommandLabel = "COMMAND",
            description = "Runs, measures and draws language-model architectures.",
            optionListHeading = "%nOptions:%n",
            commandListHeading = "%nCommands:%n",
            footer = {"", "orrery help COMMAND (or orrery COMMAND --help) shows more, with examples."})
    static final class Root implements Runnable {
        private final Front front;

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        Root(Front front) {
            this.front = front;
        }

        @Override
        public void run() {
            Welcome.print(front, spec.subcommands());
        }
    }
}
