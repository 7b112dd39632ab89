package orrery.token.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks a line at its blanks, like Python's textwrap.
 *
 * @param width characters of the longest line
 * @param breakLongWords whether a word that is longer than a line is split
 * @param breakOnHyphens whether a line may end after a hyphen between letters
 */
record WordWrap(long width, boolean breakLongWords, boolean breakOnHyphens) {

    /** The lines; none for a blank text. */
    List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int lineLength = 0;
        for (String piece : pieces(text)) {
            boolean blank = Character.isWhitespace(piece.charAt(0));
            String rest = piece;
            while (!rest.isEmpty()) {
                int length = StringMethods.length(rest);
                if (lineLength == 0 && blank && !lines.isEmpty()) {
                    break;
                }
                if (lineLength + length <= width) {
                    line.append(rest);
                    lineLength += length;
                    break;
                }
                if (length > width && (breakLongWords || lineLength == 0)) {
                    int taken = breakLongWords ? (int) Math.max(1, width - lineLength) : length;
                    taken = lineLength == width ? 0 : taken;
                    int cut = rest.offsetByCodePoints(0, taken);
                    line.append(rest, 0, cut);
                    rest = rest.substring(cut);
                }
                endLine(line, lines);
                lineLength = 0;
            }
        }
        endLine(line, lines);
        return lines;
    }

    private static void endLine(StringBuilder line, List<String> lines) {
        int end = line.length();
        while (end > 0 && Character.isWhitespace(line.charAt(end - 1))) {
            end--;
        }
        if (end > 0) {
            lines.add(line.substring(0, end));
        }
        line.setLength(0);
    }

    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= text.length(); i++) {
            if (i == text.length()
                    || Character.isWhitespace(text.charAt(i)) != Character.isWhitespace(text.charAt(i - 1))
                    || (breakOnHyphens && afterHyphen(text, i))) {
                pieces.add(text.substring(start, i));
                start = i;
            }
        }
        return text.isEmpty() ? List.of() : pieces;
    }

    private static boolean afterHyphen(String text, int at) {
        return at >= 2
                && text.charAt(at - 1) == '-'
                && Character.isLetter(text.charAt(at - 2))
                && Character.isLetter(text.charAt(at));
    }
}
