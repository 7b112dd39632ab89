package orrery.constrain;

/**
 * A set of byte values, 64 to a word.
 *
 * @param b0 the values 0 to 63, the lowest bit first
 * @param b1 the values 64 to 127
 * @param b2 the values 128 to 191
 * @param b3 the values 192 to 255
 */
public record ByteSet(long b0, long b1, long b2, long b3) {
    public static final ByteSet ALL = new ByteSet(-1, -1, -1, -1);
    public static final ByteSet NONE = new ByteSet(0, 0, 0, 0);

    /** One value, 0 to 255. */
    public static ByteSet of(int value) {
        return range(value, value);
    }

    /** The values from {@code first} to {@code last}, both included. */
    public static ByteSet range(int first, int last) {
        if (first < 0 || last > 255 || first > last) {
            throw new IllegalArgumentException("bytes from " + first + " to " + last);
        }
        return new ByteSet(word(first, last, 0), word(first, last, 64), word(first, last, 128), word(first, last, 192));
    }

    private static long word(int first, int last, int base) {
        int from = Math.max(first - base, 0);
        int to = Math.min(last - base, 63);
        return from > to ? 0 : (-1L >>> (63 - (to - from))) << from;
    }

    public ByteSet union(ByteSet other) {
        return new ByteSet(b0 | other.b0, b1 | other.b1, b2 | other.b2, b3 | other.b3);
    }

    public ByteSet intersection(ByteSet other) {
        return new ByteSet(b0 & other.b0, b1 & other.b1, b2 & other.b2, b3 & other.b3);
    }

    public ByteSet complement() {
        return new ByteSet(~b0, ~b1, ~b2, ~b3);
    }

    public boolean isEmpty() {
        return (b0 | b1 | b2 | b3) == 0;
    }

    public boolean contains(int value) {
        long word = switch (value >> 6) {
            case 0 -> b0;
            case 1 -> b1;
            case 2 -> b2;
            case 3 -> b3;
            default -> throw new IllegalArgumentException("byte " + value);
        };
        return ((word >>> value) & 1) != 0;
    }
}
