package orrery.app.terminal;

/** Messages for a terminal. They quote files, whose control characters could overwrite existing text. */
public final class OneLine {
    private OneLine() {}

    /** A message on one line, with control characters replaced by U+FFFD. */
    public static String of(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cc}", "\uFFFD");
    }
}
