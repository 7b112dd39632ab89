package orrery.app.terminal;

import java.util.List;

/**
 * Colours, if they are wanted: on a terminal, unless {@code NO_COLOR} is set (no-color.org) or the terminal is dumb.
 */
public record Style(boolean coloured) {
    /** No colours. */
    public static final Style PLAIN = new Style(false);

    /** The style of a stream of this process. */
    public static Style of(boolean terminal) {
        String noColour = System.getenv("NO_COLOR");
        boolean refused = noColour != null && !noColour.isEmpty();
        return new Style(terminal && !refused && !"dumb".equals(System.getenv("TERM")));
    }

    public String bold(String text) {
        return within("1", text);
    }

    /** For secondary text. */
    public String dim(String text) {
        return within("2", text);
    }

    /** For headings and prompts. */
    public String accent(String text) {
        return within("1;36", text);
    }

    public String good(String text) {
        return within("32", text);
    }

    public String bad(String text) {
        return within("1;31", text);
    }

    /** For values that differ from their neighbours. */
    public String changed(String text) {
        return within("35", text);
    }

    /** One of two backgrounds, alternating. */
    public String shade(int index, String text) {
        return within(index % 2 == 0 ? "30;46" : "30;43", text);
    }

    /** One of six colours, in turn. */
    public String series(int index, String text) {
        return within(List.of("34", "33", "32", "35", "36", "31").get(index % 6), text);
    }

    private String within(String codes, String text) {
        return coloured && !text.isEmpty() ? "\u001b[" + codes + "m" + text + "\u001b[0m" : text;
    }
}
