package orrery.report.compare;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import orrery.report.Topic;

/** A comparison in Markdown: one table, rows marked in which models differ, and the differences in words below it. */
public final class ComparisonMarkdown {
    private ComparisonMarkdown() {}

    /** The text, with a line break at its end. */
    public static String of(Comparison comparison) {
        var text = new StringBuilder();
        int models = comparison.subjects().size();
        var names = comparison.subjects().stream().map(one -> one.name() + " (" + one.family() + ")");
        line(text, "", names.toList());
        text.append("| --- |").append(" --- |".repeat(models)).append('\n');
        for (var topic : Topic.values()) {
            var rows = comparison.rows(topic);
            if (!rows.isEmpty()) {
                line(text, "**" + topic.title() + "**", Collections.nCopies(models, ""));
            }
            for (var row : rows) {
                var cells = row.cells().stream().map(Row.Cell::text);
                line(text, (row.differs() ? "≠ " : "") + row.label(), cells.toList());
            }
        }
        for (int i = 1; i < models; i++) {
            var told = comparison.told(i);
            boolean alike = told.sentences().isEmpty();
            text.append(alike ? "\n" : "\n### ").append(escaped(told.heading())).append(alike ? "\n" : "\n\n");
            told.sentences()
                    .forEach(one -> text.append("- ").append(escaped(one)).append('\n'));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String label, List<String> cells) {
        var escaped = cells.stream().map(ComparisonMarkdown::escaped);
        text.append(escaped.collect(Collectors.joining(" | ", "| " + label + " | ", " |\n")));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("*", "\\*")
                .replace("_", "\\_");
    }
}
