package orrery.token;

/**
 * Decodes UTF-8 byte by byte: a character is emitted with its last byte. Invalid bytes become U+FFFD, one for each
 * longest sequence that could still have become a character (Unicode 16, section 3.9, "substitution of maximal
 * subparts"), as in Hugging Face's library for byte-level tokenizers.
 */
final class Utf8Stream {
    private static final char REPLACEMENT = '\uFFFD';

    private int codePoint;
    private int missing;
    // After E0, ED, F0 and F4, the first continuation byte has a narrower range, which excludes overlong forms and
    // surrogates.
    private int low;
    private int high;

    void append(byte[] bytes, StringBuilder out) {
        append(bytes, bytes.length, out);
    }

    void append(byte[] bytes, int count, StringBuilder out) {
        for (int i = 0; i < count; i++) {
            append(bytes[i] & 0xFF, out);
        }
    }

    /** Whether it waits for the rest of a character. */
    boolean inCharacter() {
        return missing > 0;
    }

    /** Ends the text: half a character becomes U+FFFD. */
    void finish(StringBuilder out) {
        if (missing > 0) {
            out.append(REPLACEMENT);
            missing = 0;
        }
    }

    private void append(int value, StringBuilder out) {
        if (missing > 0) {
            if (value >= low && value <= high) {
                codePoint = codePoint << 6 | (value & 0x3F);
                low = 0x80;
                high = 0xBF;
                if (--missing == 0) {
                    out.appendCodePoint(codePoint);
                }
                return;
            }
            finish(out);
        }
        if (value < 0x80) {
            out.append((char) value);
        } else if (value >= 0xC2 && value <= 0xDF) {
            begin(value & 0x1F, 1, 0x80, 0xBF);
        } else if (value >= 0xE0 && value <= 0xEF) {
            begin(value & 0x0F, 2, value == 0xE0 ? 0xA0 : 0x80, value == 0xED ? 0x9F : 0xBF);
        } else if (value >= 0xF0 && value <= 0xF4) {
            begin(value & 0x07, 3, value == 0xF0 ? 0x90 : 0x80, value == 0xF4 ? 0x8F : 0xBF);
        } else {
            out.append(REPLACEMENT);
        }
    }

    private void begin(int bits, int continuations, int lowest, int highest) {
        codePoint = bits;
        missing = continuations;
        low = lowest;
        high = highest;
    }
}
