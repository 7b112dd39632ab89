package orrery.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import orrery.report.Topic;

/**
 * A comparison as lines of text, no wider than asked: models that do not fit side by side come in a further table.
 * Nothing is cut.
 */
public final class ComparisonLayout {
    private static final int WIDEST_LABEL = 31;
    private static final int NARROWEST = 15;
    private static final int WIDEST = 40;
    private static final int GAP = 2;
    private static final String DIFFERENT_MARK = "≠ ";
    private static final String BULLET = "  • ";
    private static final String BELOW_BULLET = "    ";

    private final Comparison comparison;
    private final int width;
    private final int labels;
    private final List<Line> lines = new ArrayList<>();

    private ComparisonLayout(Comparison comparison, int width) {
        this.comparison = comparison;
        this.width = width;
        labels = Math.clamp(width - NARROWEST - GAP, 1, WIDEST_LABEL);
    }

    /** What a line is, so that a terminal can colour it. */
    public enum Style {
        TITLE,
        HEADING,
        SAME,
        DIFFERENT,
        TEXT,
        BLANK
    }

    /**
     * One line; printed, the label comes right before the text.
     *
     * @param label of a row, filled up with blanks to where the first model's column begins, and marked where models
     *     differ
     */
    public record Line(Style style, String label, String text) {}

    /** Lays a comparison out in {@code width} columns, first the table, then the differences in words. */
    public static List<Line> lines(Comparison comparison, int width) {
        var layout = new ComparisonLayout(comparison, width);
        int models = comparison.subjects().size();
        int fit = Math.max(1, (width - layout.labels + GAP) / (NARROWEST + GAP));
        int pages = Math.ceilDiv(models, fit);
        int each = Math.ceilDiv(models, pages);
        for (int from = 0; from < models; from += each) {
            layout.table(IntStream.range(from, Math.min(models, from + each)).toArray());
            layout.blank();
        }
        layout.words();
        return layout.lines;
    }

    private void blank() {
        lines.add(new Line(Style.BLANK, "", ""));
    }

    private void table(int... models) {
        int column = Math.clamp((width - labels + GAP) / models.length - GAP, 1, WIDEST);
        row(
                Style.TITLE,
                "",
                cells(models, model -> comparison.subjects().get(model).name()),
                column);
        row(
                Style.TEXT,
                "  family",
                cells(models, model -> comparison.subjects().get(model).family()),
                column);
        for (var topic : Topic.values()) {
            var rows = comparison.rows(topic);
            if (!rows.isEmpty()) {
                blank();
                lines.add(new Line(Style.HEADING, "", topic.title()));
            }
            for (var row : rows) {
                if (IntStream.of(models)
                        .allMatch(model -> row.cells().get(model).saysNothing())) {
                    continue; // of the models of this table none has it, those of another do
                }
                boolean differs = row.differs();
                String label = (differs ? DIFFERENT_MARK : "  ") + row.label();
                var cells = cells(models, model -> text(row, model, column));
                row(differs ? Style.DIFFERENT : Style.SAME, label, cells, column);
            }
        }
    }

    private static List<String> cells(int[] models, IntFunction<String> text) {
        return IntStream.of(models).mapToObj(text).toList();
    }

    /** With the ratio to the first model's, where that says something and there is room. */
    private static String text(Row row, int model, int column) {
        String text = row.cells().get(model).text();
        var ratio = row.ratio(model);
        boolean counted = row.topic().compareTo(Topic.PARAMETERS) >= 0;
        if (model == 0 || !counted || !row.differs() || ratio.isEmpty()) {
            return text;
        }
        String with = text + " (" + times(ratio.getAsDouble()) + ")";
        return with.length() <= column ? with : text;
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 0.095 ? "%.3f×" : ratio < 9.95 ? "%.2f×" : "%.0f×", ratio);
    }

    private void row(Style style, String label, List<String> cells, int column) {
        var wrapped = cells.stream().map(cell -> wrapped(cell, column)).toList();
        var titles = wrapped(label, Math.max(1, labels - 3));
        int highest = wrapped.stream().mapToInt(List::size).max().orElse(1);
        int height = Math.max(titles.size(), highest);
        for (int i = 0; i < height; i++) {
            var text = new StringBuilder();
            for (var cell : wrapped) {
                String part = i < cell.size() ? cell.get(i) : "";
                text.append(part).append(" ".repeat(column - part.length() + GAP));
            }
            String title = i == 0 ? titles.getFirst() : i < titles.size() ? "  " + titles.get(i) : "";
            lines.add(new Line(style, padded(title), text.toString().stripTrailing()));
        }
    }

    private String padded(String label) {
        return label + " ".repeat(Math.max(1, labels - label.length()));
    }

    private void words() {
        for (int i = 1; i < comparison.subjects().size(); i++) {
            if (i > 1) {
                blank();
            }
            var told = comparison.told(i);
            wrapped(told.heading(), width).forEach(part -> lines.add(new Line(Style.HEADING, "", part)));
            told.sentences().forEach(this::bullet);
        }
    }

    private void bullet(String text) {
        String before = BULLET;
        for (String part : wrapped(text, Math.max(1, width - BULLET.length()))) {
            lines.add(new Line(Style.TEXT, before, part));
            before = BELOW_BULLET;
        }
    }

    /** Broken between words, and within one that is longer than a line. */
    static List<String> wrapped(String text, int width) {
        var lines = new ArrayList<String>();
        String rest = text;
        while (rest.length() > width) {
            int at = rest.lastIndexOf(' ', width);
            lines.add(rest.substring(0, at > 0 ? at : width).stripTrailing());
            rest = rest.substring(at > 0 ? at + 1 : width);
        }
        lines.add(rest);
        return lines;
    }
}
