package orrery.chat;

import java.util.function.Consumer;

/**
 * Passes text on, without the white space around each of its parts: trailing white space waits until more of the part
 * comes.
 */
final class TextChannel {
    private final Consumer<String> out;
    private final StringBuilder waiting = new StringBuilder();
    private String join = "";
    private boolean strips;
    private boolean leading;
    private boolean any;

    TextChannel(Consumer<String> out) {
        this.out = out;
    }

    /**
     * Starts a part.
     *
     * @param between the separator from the part before it
     */
    void begin(String between, boolean stripped) {
        end();
        join = any ? between : "";
        strips = stripped;
        leading = true;
    }

    void text(String text) {
        int from = leading && strips ? PythonSpace.leading(text) : 0;
        int to = text.length();
        while (strips && to > from && PythonSpace.isSpace(text.charAt(to - 1))) {
            to--;
        }
        if (to > from) {
            var piece = join + waiting + text.substring(from, to);
            join = "";
            waiting.setLength(0);
            leading = false;
            any = true;
            out.accept(piece);
        }
        if (!leading) {
            waiting.append(text, Math.max(from, to), text.length());
        }
    }

    /** Ends a part. */
    void end() {
        waiting.setLength(0);
        leading = true;
    }
}
