package orrery.app.terminal;

import org.jline.utils.WCWidth;

/**
 * Wraps text that arrives in pieces between words at a terminal's width. A word is held back until the piece that ends
 * it, so nothing that was printed has to move. Existing line ends are kept; code between lines of three backquotes is
 * never wrapped, because users copy it; a word that is wider than the terminal is left to the terminal.
 */
public final class Wrapping {
    private static final String FENCE = "```";

    private final int width;
    private final StringBuilder spaces = new StringBuilder();
    private final StringBuilder word = new StringBuilder();
    private int column;
    private boolean code;

    /**
     * @param width columns of the terminal, at least 1
     */
    public Wrapping(int width) {
        this.width = width;
    }

    /** Adds a piece, and returns what can be printed now. */
    public String add(String piece) {
        var ready = new StringBuilder();
        piece.codePoints().forEach(character -> {
            if (character == '\n') {
                flush(ready);
                ready.append(spaces).append('\n');
                spaces.setLength(0);
                column = 0;
            } else if (character == ' ' || character == '\t') {
                flush(ready);
                spaces.append((char) character);
            } else {
                word.appendCodePoint(character);
            }
        });
        return ready.toString();
    }

    /** The held-back text, at the end. */
    public String end() {
        var ready = new StringBuilder();
        flush(ready);
        ready.append(spaces);
        spaces.setLength(0);
        return ready.toString();
    }

    private void flush(StringBuilder ready) {
        if (word.isEmpty()) {
            return;
        }
        if (column == 0 && word.indexOf(FENCE) == 0) {
            code = !code;
        }
        int columns = columns(word);
        int gap = columns(spaces);
        if (!code && column > 0 && column + gap + columns > width) {
            ready.append('\n');
            column = 0;
        } else {
            ready.append(spaces);
            column += gap;
        }
        ready.append(word);
        column += columns;
        spaces.setLength(0);
        word.setLength(0);
    }

    /** Ideographs and emoji take two columns, combining marks none; a tab counts as one space. */
    private static int columns(CharSequence text) {
        return text.codePoints()
                .map(character -> character == '\t' ? 1 : Math.max(0, WCWidth.wcwidth(character)))
                .sum();
    }
}
