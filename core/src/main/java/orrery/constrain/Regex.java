package orrery.constrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A regular language of byte strings. Beside the usual operations it has intersection and complement, so that several
 * keywords of a schema can hold for one string; Brzozowski's derivatives (doi:10.1145/321239.321249) exist for all of
 * them.
 */
public sealed interface Regex {
    /** No upper bound. */
    int UNBOUNDED = Integer.MAX_VALUE;

    /** The empty string and nothing else. */
    Regex EMPTY = new Sequence(List.of());

    /** No string at all. */
    Regex NOTHING = new Union(List.of());

    /** Any string of bytes, well-formed UTF-8 or not. */
    Regex ANYTHING = new Repeat(new Bytes(ByteSet.ALL), 0, UNBOUNDED);

    /** One byte of a set. */
    record Bytes(ByteSet set) implements Regex {}

    /** All parts in order; none: the empty string. */
    record Sequence(List<Regex> parts) implements Regex {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** What one of the parts matches; none: nothing. */
    record Union(List<Regex> parts) implements Regex {
        public Union {
            parts = List.copyOf(parts);
        }
    }

    /** What all parts match; none: anything. */
    record Intersection(List<Regex> parts) implements Regex {
        public Intersection {
            parts = List.copyOf(parts);
        }
    }

    /** What the part does not match. */
    record Complement(Regex part) implements Regex {}

    /**
     * The part several times in a row.
     *
     * @param most how often at most, or {@link #UNBOUNDED}
     */
    record Repeat(Regex part, int least, int most) implements Regex {
        public Repeat {
            checkBounds(least, most);
        }
    }

    /** This text and no other, in UTF-8. */
    static Regex text(String literal) {
        var parts = new ArrayList<Regex>();
        for (byte b : literal.getBytes(StandardCharsets.UTF_8)) {
            parts.add(new Bytes(ByteSet.of(b & 0xFF)));
        }
        return new Sequence(parts);
    }

    static Regex sequence(Regex... parts) {
        return new Sequence(List.of(parts));
    }

    static Regex union(Regex... parts) {
        return new Union(List.of(parts));
    }

    static Regex optional(Regex part) {
        return new Repeat(part, 0, 1);
    }

    /** Any number of the part, none included. */
    static Regex star(Regex part) {
        return new Repeat(part, 0, UNBOUNDED);
    }

    /** One character of a range of code points, in UTF-8; surrogates in it are left out. */
    static Regex codePoints(int first, int last) {
        return Utf8Ranges.of(first, last);
    }

    static void checkBounds(int least, int most) {
        if (least < 0 || most < least) {
            throw new IllegalArgumentException("a repetition from " + least + " to " + most + " times");
        }
    }
}
