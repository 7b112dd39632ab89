package orrery.report;

import java.util.ArrayList;
import java.util.List;

/** A card as lines of text, no wider than asked where words allow it. */
public final class CardLayout {
    /** Where the text of a fact begins. */
    static final int TEXT_COLUMN = 20;

    private static final String INDENT = "  ";

    private CardLayout() {}

    /** What a line is, so that a terminal can colour it. */
    public enum Kind {
        TITLE,
        HEADING,
        FACT,
        BLANK
    }

    /**
     * One line; printed, the label comes right before the text.
     *
     * @param label with its indentation and the blanks up to the text; all blanks where a fact goes on
     */
    public record Line(Kind kind, String label, String text) {}

    /** Lays a card out in {@code width} columns. */
    public static List<Line> lines(Card card, int width) {
        var lines = new ArrayList<Line>();
        lines.add(new Line(Kind.TITLE, "", card.title()));
        for (var section : card.sections()) {
            lines.add(new Line(Kind.BLANK, "", ""));
            lines.add(new Line(Kind.HEADING, "", section.heading()));
            for (var fact : section.facts()) {
                String label = INDENT + fact.label();
                label += " ".repeat(Math.max(1, TEXT_COLUMN - label.length()));
                for (String part : wrapped(fact.text(), Math.max(1, width - TEXT_COLUMN))) {
                    lines.add(new Line(Kind.FACT, label, part));
                    label = " ".repeat(TEXT_COLUMN);
                }
            }
        }
        return lines;
    }

    /** Broken between words. Leading blanks stay, for columns of figures. */
    private static List<String> wrapped(String text, int width) {
        var lines = new ArrayList<String>();
        String rest = text;
        while (rest.length() > width) {
            int at = rest.lastIndexOf(' ', width);
            if (at <= 0 || rest.substring(0, at).isBlank()) {
                break;
            }
            lines.add(rest.substring(0, at).stripTrailing());
            rest = rest.substring(at + 1);
        }
        lines.add(rest);
        return lines;
    }
}
