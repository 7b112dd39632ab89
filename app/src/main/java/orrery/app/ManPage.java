package orrery.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command's help as a manual page, in roff with the macros of man(7); the texts are those of {@code --help}.
 * Non-ASCII characters are escaped, so that no program has to guess an encoding.
 */
final class ManPage {
    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    /** A page's name, without its section: {@code orrery-run}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    /**
     * @param version of the program
     * @param others the pages to see also
     */
    static String of(CommandLine command, String version, List<String> others) {
        var page = new ManPage();
        var spec = command.getCommandSpec();
        var about = texts(spec.usageMessage().description());
        page.line(
                ".TH", quoted(name(command).toUpperCase(Locale.ROOT)), "1", "\"\"", quoted(version), quoted("Orrery"));
        page.line(".nh");
        page.line(".ad l");
        page.section("NAME");
        page.text(name(command) + " - " + brief(about.getFirst()));
        page.section("SYNOPSIS");
        page.text(Ansi.OFF.string(command.getHelp().synopsis(0)).strip().replaceAll("\\s+", " "));
        page.section("DESCRIPTION");
        page.paragraphs(about);
        page.arguments(spec);
        page.commands(command.getSubcommands());
        page.section("EXIT STATUS");
        spec.usageMessage().exitCodeList().forEach((code, meaning) -> page.item(bold(code), meaning));
        var examples = texts(spec.usageMessage().footer()).stream()
                .filter(line -> line.startsWith("  "))
                .toList();
        if (!examples.isEmpty()) {
            page.section("EXAMPLES");
            page.verbatim(examples);
        }
        if (spec.parent() == null) {
            page.environment();
        }
        page.section("SEE ALSO");
        page.line(others.stream().map(other -> bold(other) + "(1)").collect(Collectors.joining(",\n")));
        return page.page.toString();
    }

    private void arguments(CommandSpec spec) {
        if (!spec.positionalParameters().isEmpty()) {
            section("ARGUMENTS");
            spec.positionalParameters().forEach(one -> item("\\fI" + escaped(one.paramLabel()) + "\\fR", told(one)));
        }
        section("OPTIONS");
        spec.options().stream().filter(option -> !option.hidden()).forEach(option -> item(names(option), told(option)));
    }

    private void commands(Map<String, CommandLine> commands) {
        if (!commands.isEmpty()) {
            section("COMMANDS");
            commands.values()
                    .forEach(command -> item(
                            bold(name(command)) + "(1)",
                            texts(command.getCommandSpec().usageMessage().description())
                                    .getFirst()));
        }
    }

    private void environment() {
        section("ENVIRONMENT");
        item(bold("JAVA_HOME"), "the preferred JDK, 25 or newer; the launcher also looks elsewhere");
        item(bold("ORRERY_JAVA_OPTIONS"), "more options for the JVM, such as -Xmx8g");
        item(bold("ORRERY_DEBUG"), "1 shows where an error came from");
        item(bold("COLUMNS"), "maximum width of tables and answers");
        item(bold("NO_COLOR"), "no colours, if set to any value");
    }

    private void section(String name) {
        line(".SH", quoted(name));
    }

    private void item(String term, String text) {
        line(".TP");
        line(term);
        text(text);
    }

    /** Paragraphs are separated by empty lines; indented lines are kept unchanged. */
    private void paragraphs(List<String> lines) {
        var list = new ArrayList<String>();
        for (String one : lines) {
            if (one.startsWith("  ")) {
                list.add(one);
                continue;
            }
            verbatim(list);
            list.clear();
            if (one.isEmpty()) {
                line(".PP");
            } else {
                text(one);
            }
        }
        verbatim(list);
    }

    private void verbatim(List<String> lines) {
        if (!lines.isEmpty()) {
            line(".nf");
            lines.forEach(this::text);
            line(".fi");
        }
    }

    /** A line of text, escaped so that it is not a roff request. */
    private void text(String text) {
        String escaped = escaped(text);
        line(escaped.startsWith(".") || escaped.startsWith("'") || escaped.startsWith(" ") ? "\\&" + escaped : escaped);
    }

    private void line(String... words) {
        page.append(String.join(" ", words)).append('\n');
    }

    private static String names(OptionSpec option) {
        String names = Stream.of(option.names()).map(ManPage::bold).collect(Collectors.joining(", "));
        return option.arity().max() == 0 ? names : names + "=\\fI" + escaped(option.paramLabel()) + "\\fR";
    }

    private static String told(ArgSpec argument) {
        return String.join(" ", texts(argument.description()));
    }

    /** As {@code --help} shows them. */
    private static List<String> texts(String... lines) {
        return Stream.of(lines)
                .map(line -> Ansi.OFF.string(line.contains("%") ? String.format(Locale.ROOT, line) : line))
                .toList();
    }

    /** For {@code whatis}, which shows one line. */
    private static String brief(String text) {
        String sentence = text.split("[.:] ")[0].replaceFirst("\\.$", "");
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private static String bold(String text) {
        return "\\fB" + escaped(text) + "\\fR";
    }

    private static String quoted(String text) {
        return '"' + escaped(text).replace("\"", "\\(dq") + '"';
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                default -> {
                    if (point < 0x80) {
                        escaped.append((char) point);
                    } else {
                        escaped.append(String.format(Locale.ROOT, "\\[u%04X]", point));
                    }
                }
            }
        });
        return escaped.toString();
    }
}
