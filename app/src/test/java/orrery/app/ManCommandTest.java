package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.app.terminal.Front;
import orrery.app.terminal.Terminals;
import picocli.CommandLine;

/** {@code orrery man}: a page for every command, with all that its help says. */
final class ManCommandTest {
    @TempDir
    private Path folder;

    private static CommandLine root() {
        var nowhere = new PrintWriter(new StringWriter());
        return Commands.all(new Front(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, Terminals.NONE));
    }

    private static Stream<String> commands() {
        return root().getSubcommands().keySet().stream();
    }

    /** As people see it. */
    private static String read(String roff) {
        return Pattern.compile("\\\\\\[u([0-9A-F]+)]")
                .matcher(roff)
                .replaceAll(sign -> Character.toString(Integer.parseInt(sign.group(1), 16)))
                .replaceAll("\\\\f[BIR]", "")
                .replace("\\-", "-")
                .replace("\\(aq", "'")
                .replace("\\(ti", "~")
                .replace("\\e", "\\");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aPageHasEveryOptionAndEveryArgument(String name) {
        var run = Cli.run("man", name);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isASCII();
        String page = read(run.out());
        var spec = Objects.requireNonNull(root().getSubcommands().get(name)).getCommandSpec();
        assertThat(page)
                .startsWith(".TH \"ORRERY-" + name.toUpperCase(Locale.ROOT) + "\" 1 ")
                .contains("\norrery-" + name + " - ", ".SH \"SYNOPSIS\"\norrery " + name + " ", "\norrery(1)");
        assertThat(page).doesNotContain("${", "@|");
        for (var option : spec.options().stream().filter(one -> !one.hidden()).toList()) {
            assertThat(page).contains(option.names());
            assertThat(page).contains(option.longestName() + (option.arity().max() == 0 ? "\n" : "="));
        }
        spec.positionalParameters().forEach(one -> assertThat(page).contains(".TP\n" + one.paramLabel() + "\n"));
        assertThat(Cli.run(name, "--help").out().lines().filter(line -> line.startsWith("  orrery ")))
                .allSatisfy(example -> assertThat(page).contains(example));
    }

    @Test
    void thePageOfTheProgramNamesItsCommands() {
        String page = Cli.run("man").out().replace("\\-", "-");

        assertThat(page).startsWith(".TH \"ORRERY\" 1 ").contains("ORRERY_JAVA_OPTIONS");
        assertThat(commands()).allSatisfy(name -> assertThat(page).contains("orrery-" + name + "\\fR(1)"));
    }

    @Test
    void writesThePagesOfAllForAPackage() throws IOException {
        var pages = folder.resolve("share/man/man1");

        var run = Cli.run("man", "--out", pages);

        assertThat(run.status()).as(run.err()).isZero();
        try (var files = Files.list(pages)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .hasSize((int) commands().count() + 1)
                    .contains("orrery.1", "orrery-run.1", "orrery-compare-logits.1");
        }
        assertThat(Cli.run("man", "--out", pages).err()).contains(" exists already; --force replaces it");
        assertThat(Cli.run("man", "--out", pages, "--force").status()).isZero();
    }

    @Test
    void groffHasNothingToWarnOf() throws Exception {
        var groff = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(one -> Path.of(one, "groff"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(groff).as("groff is on the PATH").isPresent();
        Cli.run("man", "--out", folder);
        List<Path> pages;
        try (var files = Files.list(folder)) {
            pages = files.sorted().toList();
        }
        for (var page : pages) {
            var process = new ProcessBuilder(groff.get().toString(), "-man", "-ww", "-Tutf8", "-z", page.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .as(page.toString())
                    .isEmpty();
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void aWordThatIsNoCommandIsRefused() {
        var run = Cli.run("man", "tokenize");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("orrery: unknown command \"tokenize\"; did you mean tokens? (orrery man --help)\n");
    }
}
