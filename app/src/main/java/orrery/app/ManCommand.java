package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.OutputFile;
import orrery.format.FormatException;
import orrery.report.Numbers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code man}: the help as manual pages. */
@Command(
        name = "man",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Prints a manual page (roff, for man), or writes the manual pages of all commands, for a package.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  orrery man run | man -l -", "  orrery man --out /usr/local/share/man/man1"})
final class ManCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMMAND",
            completionCandidates = Commands.Names.class,
            description = "the command (default: orrery itself)")
    private @Nullable String name;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "write all pages into this folder, as orrery.1, orrery-run.1 and so on")
    private @Nullable Path out;

    @Option(names = "--force", description = "replace pages that exist")
    private boolean force;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    ManCommand(Front front) {
        this.front = front;
    }

    @Override
    public Integer call() {
        var root = Commands.all(front);
        if (out != null) {
            if (name != null) {
                throw new ParameterException(
                        spec.commandLine(), "--out writes the pages of all commands, expected none");
            }
            write(pages(root), out);
            return 0;
        }
        var command = name == null ? root : root.getSubcommands().get(name);
        if (command == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    WrongArguments.unknownCommand(
                            String.valueOf(name), root.getSubcommands().keySet()));
        }
        front.out().print(page(root, command));
        return 0;
    }

    private static String page(CommandLine root, CommandLine command) {
        String own = ManPage.name(command);
        var others = Stream.concat(Stream.of(root), root.getSubcommands().values().stream())
                .map(ManPage::name)
                .filter(other -> !other.equals(own))
                .toList();
        return ManPage.of(command, "Orrery " + Version.NUMBER, others);
    }

    /** All pages, by file name. */
    static SequencedMap<String, String> pages(CommandLine root) {
        var pages = new LinkedHashMap<String, String>();
        var commands = new ArrayList<>(List.of(root));
        commands.addAll(root.getSubcommands().values());
        commands.forEach(command -> pages.put(ManPage.name(command) + ".1", page(root, command)));
        return pages;
    }

    private void write(SequencedMap<String, String> pages, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CommandException("could not make " + folder + ": " + FormatException.reason(e), e);
        }
        pages.keySet().forEach(file -> OutputFile.refuseExisting(folder.resolve(file), force));
        pages.forEach((file, page) -> OutputFile.write(folder.resolve(file), page, force));
        front.out().println(folder + " holds " + Numbers.count(pages.size(), "page") + " of the manual");
    }
}
