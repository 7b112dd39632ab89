package orrery.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A card in Markdown: a heading for each section, and its facts as a table of GitHub's kind. */
final class CardMarkdown {
    private CardMarkdown() {}

    static String of(Card card) {
        var text = new StringBuilder("# ").append(escaped(card.title())).append('\n');
        for (var section : card.sections()) {
            var columns = section.columns().isEmpty() ? List.of("") : section.columns();
            boolean numbers = !section.columns().isEmpty();
            text.append("\n## ").append(escaped(section.heading())).append("\n\n");
            text.append(row(Stream.concat(Stream.of(""), columns.stream())));
            text.append(row(Stream.concat(Stream.of("---"), columns.stream().map(_ -> numbers ? "---:" : "---"))));
            for (var fact : section.facts()) {
                text.append(row(Stream.concat(Stream.of(fact.label()), fact.cells().stream())));
            }
            section.note()
                    .ifPresent(note -> text.append('\n').append(escaped(note)).append('\n'));
        }
        return text.toString();
    }

    private static String row(Stream<String> cells) {
        return cells.map(CardMarkdown::escaped).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** What Markdown would take for its own. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replace("*", "\\*")
                .replace("_", "\\_");
    }
}
