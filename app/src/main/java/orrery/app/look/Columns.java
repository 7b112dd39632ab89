package orrery.app.look;

import org.jline.utils.WCWidth;

/** Text in a terminal's columns, of which a wide character takes two. */
final class Columns {
    private Columns() {}

    static int of(String text) {
        return text.codePoints().map(Columns::of).sum();
    }

    private static int of(int character) {
        return Math.max(0, WCWidth.wcwidth(character));
    }

    /** At most that many columns, with an ellipsis if something is cut. */
    static String cut(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        var kept = new StringBuilder();
        int used = 0;
        for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
            int character = text.codePointAt(at);
            if (used + of(character) > columns - 1) {
                break;
            }
            kept.appendCodePoint(character);
            used += of(character);
        }
        return kept.append('…').toString();
    }

    /** Exactly that many columns, with spaces after the text or an ellipsis. */
    static String padded(String text, int columns) {
        String cut = cut(text, columns);
        return cut + " ".repeat(columns - of(cut));
    }
}
