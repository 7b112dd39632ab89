package orrery.report;

import java.util.ArrayList;
import java.util.List;

/** A card as lines of text, no wider than asked where words allow it. */
public final class CardLayout {
    /** Where the text of a fact begins. */
    static final int TEXT_COLUMN = 20;

    private static final int USUAL_WIDTH = 80;
    private static final int FIRST_WIDTH = 16;
    private static final int OTHER_WIDTH = 14;
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
            var widths = widths(section);
            lines.add(new Line(Kind.HEADING, "", heading(section, widths)));
            for (var fact : section.facts()) {
                String label = INDENT + fact.label();
                if (section.columns().isEmpty()) {
                    add(lines, label, fact.text(), column(section), width);
                } else {
                    lines.add(new Line(Kind.FACT, padded(label, TEXT_COLUMN), cells(fact.cells(), widths)));
                }
            }
            section.note().ifPresent(note -> {
                for (String part : wrapped(note, Math.max(1, width - INDENT.length()))) {
                    lines.add(new Line(Kind.FACT, INDENT, part));
                }
            });
        }
        return lines;
    }

    /** Where the texts of a section begin: behind its longest label. */
    private static int column(Card.Section section) {
        return section.facts().stream()
                .mapToInt(fact -> INDENT.length() + fact.label().length() + 1)
                .reduce(TEXT_COLUMN, Math::max);
    }

    private static void add(List<Line> lines, String label, String text, int column, int width) {
        String before = padded(label, column);
        for (String part : wrapped(text, Math.max(1, width - column))) {
            lines.add(new Line(Kind.FACT, before, part));
            before = " ".repeat(column);
        }
    }

    private static String heading(Card.Section section, List<Integer> widths) {
        if (section.columns().isEmpty()) {
            return section.heading();
        }
        String titles = cells(section.columns(), widths);
        int blanks = titles.length() - titles.stripLeading().length();
        int over = Math.max(0, section.heading().length() - TEXT_COLUMN);
        return padded(section.heading(), TEXT_COLUMN) + titles.substring(Math.min(over, Math.max(0, blanks - 2)));
    }

    /** The first column has room for numbers of twelve digits, the others for rounded ones, as far as a line goes. */
    private static List<Integer> widths(Card.Section section) {
        var widths = new ArrayList<Integer>();
        int over = TEXT_COLUMN - USUAL_WIDTH;
        var spare = new ArrayList<Integer>();
        int room = (USUAL_WIDTH - TEXT_COLUMN) / Math.max(1, section.columns().size());
        for (int i = 0; i < section.columns().size(); i++) {
            int widest = section.columns().get(i).length() + 2;
            for (var fact : section.facts()) {
                widest = Math.max(widest, fact.cells().get(i).length() + 2);
            }
            int width = Math.max(widest, Math.min(i == 0 ? FIRST_WIDTH : OTHER_WIDTH, room));
            widths.add(width);
            spare.add(width - widest);
            over += width;
        }
        for (int i = 0; i < widths.size() && over > 0; i++) {
            int given = Math.min(over, spare.get(i));
            widths.set(i, widths.get(i) - given);
            over -= given;
        }
        return widths;
    }

    /** Each at the right of its column. */
    private static String cells(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(" ".repeat(Math.max(0, widths.get(i) - cells.get(i).length())))
                    .append(cells.get(i));
        }
        return line.toString().stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** Broken between words. */
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
