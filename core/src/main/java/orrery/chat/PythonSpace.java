package orrery.chat;

/** White space as defined by Python's {@code str.strip}. */
final class PythonSpace {
    private PythonSpace() {}

    static boolean isSpace(char sign) {
        return switch (sign) {
            case ' ', '\u0085', '\u00A0', '\u1680', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000' -> true;
            default ->
                (sign >= '\t' && sign <= '\r') || (sign >= 0x1C && sign <= 0x1F) || (sign >= 0x2000 && sign <= 0x200A);
        };
    }

    static String strip(String text) {
        int from = leading(text);
        int to = text.length();
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** The number of white space characters at the start of a text. */
    static int leading(String text) {
        int from = 0;
        while (from < text.length() && isSpace(text.charAt(from))) {
            from++;
        }
        return from;
    }
}
