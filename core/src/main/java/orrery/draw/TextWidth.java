package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How wide a text may become. Readers have different fonts, so each character counts as wide as in the widest of those
 * that the drawings ask for (Arial's measures, and DejaVu Sans, measured): a box that holds a text by this estimate
 * holds it everywhere.
 */
public final class TextWidth {
    /** Thousandths of the font's size, for the characters from space to tilde. */
    private static final int[] ASCII = {
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636,
        636, 636, 636, 636, 337, 337, 838, 838, 838, 556, 1015, 684, 686, 722, 770, 667, 611, 778, 752, 295, 500, 667,
        557, 863, 748, 787, 667, 787, 722, 667, 611, 732, 684, 989, 685, 667, 685, 390, 337, 390, 838, 556, 500, 613,
        635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818,
        592, 592, 525, 636, 337, 636, 838
    };

    private static final int OTHER = 1000;
    /** How much wider semi-bold letters are. */
    public static final double STRONG = 1.13;

    private TextWidth() {}

    /** CSS pixels of a text at most, in letters of that size. */
    public static double of(String text, double size) {
        long thousandths = text.codePoints()
                .mapToLong(point -> point >= ' ' && point <= '~' ? ASCII[point - ' '] : other(point))
                .sum();
        return thousandths * size / 1000;
    }

    /** The same in semi-bold letters. */
    public static double strong(String text, double size) {
        return STRONG * of(text, size);
    }

    private static int other(int point) {
        return switch (point) {
            case '·', '′' -> 318;
            case '×', '−', '≠', '≥', '≤' -> 838;
            case '–', '²' -> 556;
            default -> OTHER;
        };
    }

    /** The widest of some texts; 0 of none. */
    public static double widest(Stream<String> texts, double size) {
        return texts.mapToDouble(text -> of(text, size)).max().orElse(0);
    }

    /** Texts in lines, each beginning a line of its own. */
    public static List<String> wrapAll(List<String> texts, double size, double width) {
        return texts.stream().flatMap(text -> wrap(text, size, width).stream()).toList();
    }

    /** A text in lines that are no wider than {@code width}, broken at spaces; a word that is wider stands alone. */
    public static List<String> wrap(String text, double size, double width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && of(line + " " + word, size) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
