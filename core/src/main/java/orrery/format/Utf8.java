package orrery.format;

/** Checks UTF-8. */
public final class Utf8 {
    private Utf8() {}

    /**
     * The index of the first byte between {@code from} and {@code to} that is not part of a character (Unicode 16,
     * table 3-7); -1 if there is none.
     */
    public static int invalid(byte[] bytes, int from, int to) {
        for (int at = from; at < to; ) {
            if (bytes[at] >= 0) {
                at++;
                continue;
            }
            int first = bytes[at] & 0xFF;
            int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
            if (first < 0xC2 || first > 0xF4 || to - at <= more) {
                return at;
            }
            // After some first bytes the second has a narrower range, which excludes overlong forms and surrogates.
            int second = bytes[at + 1] & 0xFF;
            int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            boolean valid = second >= low && second <= high;
            for (int i = 2; i <= more; i++) {
                valid &= (bytes[at + i] & 0xC0) == 0x80;
            }
            if (!valid) {
                return at;
            }
            at += more + 1;
        }
        return -1;
    }
}
