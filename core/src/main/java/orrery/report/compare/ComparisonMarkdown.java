package orrery.report.compare;

import java.util.List;
import java.util.stream.Collectors;
import orrery.report.Topic;
import orrery.report.compare.Difference.Kind;

/** A comparison in Markdown: one table, rows marked in which models differ, and the differences in words below it. */
public final class ComparisonMarkdown {
    private ComparisonMarkdown() {}

    /** The text, with a line break at its end. */
    public static String of(Comparison comparison) {
        var text = new StringBuilder();
        int models = comparison.subjects().size();
        line(
                text,
                "",
                comparison.subjects().stream()
                        .map(subject -> subject.name() + " (" + subject.family() + ")")
                        .toList());
        text.append("| --- |").append(" --- |".repeat(models)).append('\n');
        for (var topic : Topic.values()) {
            var rows = comparison.rows(topic);
            if (!rows.isEmpty()) {
                line(
                        text,
                        "**" + topic.title() + "**",
                        List.of("").stream()
                                .flatMap(empty -> java.util.Collections.nCopies(models, empty).stream())
                                .toList());
            }
            for (var row : rows) {
                line(
                        text,
                        (row.differs() ? "≠ " : "") + row.label(),
                        row.cells().stream().map(Row.Cell::text).toList());
            }
        }
        for (int i = 1; i < models; i++) {
            words(text, comparison, i);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String label, List<String> cells) {
        text.append("| ")
                .append(label)
                .append(" | ")
                .append(cells.stream().map(ComparisonMarkdown::escaped).collect(Collectors.joining(" | ")))
                .append(" |\n");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("*", "\\*")
                .replace("_", "\\_");
    }

    private static void words(StringBuilder text, Comparison comparison, int model) {
        String base = comparison.subjects().getFirst().name();
        String other = comparison.subjects().get(model).name();
        var differences = comparison.differences(model);
        text.append('\n');
        if (differences.isEmpty()) {
            text.append(escaped(comparison.alike(model))).append('\n');
            return;
        }
        text.append("### How ").append(escaped(other + " differs from " + base)).append("\n\n");
        for (String sentence : Difference.sentences(differences, Kind.STRUCTURE)) {
            text.append("- ").append(escaped(sentence)).append('\n');
        }
        joined(text, "in size: ", Difference.sentences(differences, Kind.SIZE));
        joined(text, "in files: ", Difference.sentences(differences, Kind.STORAGE));
    }

    private static void joined(StringBuilder text, String what, List<String> sentences) {
        if (!sentences.isEmpty()) {
            text.append("- ")
                    .append(what)
                    .append(escaped(String.join("; ", sentences)))
                    .append('\n');
        }
    }
}
