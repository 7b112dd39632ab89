package orrery.constrain;

import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of code points as byte sequences: each range is cut where all its sequences agree in all but their last
 * bytes.
 */
final class Utf8Ranges {
    /** The last code points of one, two, three and four bytes. */
    private static final int[] LAST = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

    private Utf8Ranges() {}

    static Regex of(int first, int last) {
        if (first < 0 || last > Character.MAX_CODE_POINT || first > last) {
            throw new IllegalArgumentException("code points from " + first + " to " + last);
        }
        var parts = new ArrayList<Regex>();
        int from = first;
        for (int bytes = 1; bytes <= LAST.length; bytes++) {
            int to = Math.min(last, LAST[bytes - 1]);
            if (from <= to) {
                if (bytes == 3) {
                    cut(parts, from, Math.min(to, Character.MIN_SURROGATE - 1), bytes);
                    cut(parts, Math.max(from, Character.MAX_SURROGATE + 1), to, bytes);
                } else {
                    cut(parts, from, to, bytes);
                }
                from = to + 1;
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Regex.Union(parts);
    }

    private static void cut(List<Regex> parts, int first, int last, int bytes) {
        if (first > last) {
            return;
        }
        for (int tail = 1; tail < bytes; tail++) {
            int mask = (1 << (6 * tail)) - 1;
            if ((first & ~mask) != (last & ~mask)) {
                if ((first & mask) != 0) {
                    cut(parts, first, first | mask, bytes);
                    cut(parts, (first | mask) + 1, last, bytes);
                    return;
                }
                if ((last & mask) != mask) {
                    cut(parts, first, (last & ~mask) - 1, bytes);
                    cut(parts, last & ~mask, last, bytes);
                    return;
                }
            }
        }
        var sequence = new ArrayList<Regex>();
        for (int at = 0; at < bytes; at++) {
            sequence.add(new Regex.Bytes(ByteSet.range(at(first, at, bytes), at(last, at, bytes))));
        }
        parts.add(new Regex.Sequence(sequence));
    }

    /** Byte number {@code at} of a code point that takes {@code bytes} bytes. */
    private static int at(int codePoint, int at, int bytes) {
        int bits = codePoint >> (6 * (bytes - 1 - at));
        if (at > 0) {
            return 0x80 | (bits & 0x3F);
        }
        return bytes == 1 ? bits : ((0xF00 >> bytes) & 0xFF) | bits;
    }
}
