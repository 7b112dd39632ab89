package orrery.constrain;

/**
 * Texts that need no escape within a JSON string, up to a length: whole characters that are neither quotes,
 * backslashes nor control characters. Most tokens of a vocabulary are such texts, and most masks are for places
 * within a string, so these tokens are allowed or not by one question about the slice.
 */
final class StringSlice {
    /** The longest texts of each slice, in characters. */
    static final int[] LENGTHS = {10, 30, Regex.UNBOUNDED};

    /** One character of the texts. */
    static final Regex CHARACTER = Regex.union(
            Regex.codePoints(' ', '!'),
            Regex.codePoints('#', '['),
            Regex.codePoints(']', '~'),
            Regex.codePoints(0x80, Character.MAX_CODE_POINT));

    private StringSlice() {}

    /** Whether bytes are one to {@code longest} such characters. */
    static boolean contains(byte[] bytes, int longest) {
        int characters = 0;
        int at = 0;
        while (at < bytes.length && characters <= longest) {
            int length = character(bytes, at);
            if (length == 0) {
                return false;
            }
            at += length;
            characters++;
        }
        return characters > 0 && characters <= longest;
    }

    /** The length of the character at an index in bytes, or 0 if it is none of those. */
    private static int character(byte[] bytes, int at) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0x80) {
            return lead >= ' ' && lead < 0x7F && lead != '"' && lead != '\\' ? 1 : 0;
        }
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || at + length > bytes.length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
