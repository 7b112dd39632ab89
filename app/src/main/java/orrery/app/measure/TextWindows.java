package orrery.app.measure;

import java.util.ArrayList;
import java.util.List;
import orrery.app.terminal.CommandException;

/**
 * A long text as windows that fit into a model's context. Windows overlap, so that a scored token has others before it:
 * each window only scores tokens that no earlier one has scored.
 *
 * @param ids of the text
 * @param prefix ids at the start of every window, such as BOS; never scored
 * @param length tokens of a window, including its prefix
 * @param stride tokens from the start of one window to the start of the next
 * @param windows in order
 */
public record TextWindows(int[] ids, int[] prefix, int length, int stride, List<Window> windows) {

    /** Tokens {@code from} to {@code to} of the text after the prefix; those from {@code scoredFrom} on are scored. */
    public record Window(int from, int to, int scoredFrom) {}

    /**
     * Splits a text.
     *
     * @param length tokens of a window, including its prefix
     * @param stride tokens from the start of one window to the start of the next
     * @throws CommandException if the stride leaves tokens out, or nothing is left to score
     */
    public static TextWindows of(int[] ids, int[] prefix, int length, int stride) {
        int body = length - prefix.length;
        // Without a prefix, the first token of a window has nothing before it, so the previous window has to reach it.
        int most = prefix.length == 0 ? body - 1 : body;
        if (stride < 1 || stride > most) {
            throw new CommandException("a stride of " + stride + " with windows of " + length + " tokens"
                    + (prefix.length == 0 ? "" : " (the one that begins a sequence among them)") + ": expected 1 to "
                    + Math.max(1, most) + ", so that every token is scored and has another token before it");
        }
        int needed = prefix.length == 0 ? 2 : 1;
        if (ids.length < needed) {
            throw new CommandException("the text has " + ids.length + " tokens, expected " + needed
                    + " or more to have something to score");
        }
        var windows = new ArrayList<Window>();
        int scored = prefix.length == 0 ? 1 : 0;
        for (int from = 0; scored < ids.length; from += stride) {
            int to = Math.min(from + body, ids.length);
            windows.add(new Window(from, to, scored));
            scored = to;
        }
        return new TextWindows(ids, prefix, length, stride, List.copyOf(windows));
    }

    /** The prefix and the window's tokens. */
    int[] tokens(Window window) {
        var tokens = java.util.Arrays.copyOf(prefix, prefix.length + window.to - window.from);
        System.arraycopy(ids, window.from, tokens, prefix.length, window.to - window.from);
        return tokens;
    }

    /** The index in the text of the token that a row of a window predicts. */
    int predicted(Window window, int row) {
        return window.from - prefix.length + row + 1;
    }

    /** Whether the prediction of a window's row is scored. */
    boolean scores(Window window, int row) {
        int index = predicted(window, row);
        return index >= window.scoredFrom && index < window.to;
    }

    /** Tokens that are run, over all windows. */
    public long work() {
        return windows.stream()
                .mapToLong(window -> (long) prefix.length + window.to - window.from)
                .sum();
    }

    /** Tokens that are scored, over all windows. */
    public long scored() {
        return windows.stream()
                .mapToLong(window -> window.to - window.scoredFrom)
                .sum();
    }
}
