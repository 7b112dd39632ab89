package orrery.app.terminal;

/** Makes text from elsewhere harmless for a terminal. */
public final class Controls {
    private Controls() {}

    /**
     * Replaces control characters, except line ends and tabs, by pictures: a model's answer must not move the cursor or
     * set titles.
     */
    public static String shown(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static boolean isControl(char character) {
        return character != '\n' && character != '\t' && Character.isISOControl(character);
    }

    private static String replaced(String text) {
        var shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (!isControl(character)) {
                shown.append(character);
            } else if (character < 0x20) {
                shown.append((char) (0x2400 + character));
            } else {
                shown.append(character == 0x7f ? '␡' : '\uFFFD');
            }
        }
        return shown.toString();
    }
}
