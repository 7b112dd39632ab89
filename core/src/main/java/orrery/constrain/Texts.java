package orrery.constrain;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Sets of texts as regular languages of their UTF-8. Sets that must exclude each other stay within {@link #ANY}, which
 * is all texts without surrogates.
 */
final class Texts {
    /** One character. */
    static final Regex CHARACTER = Regex.codePoints(0, Character.MAX_CODE_POINT);

    static final Regex ANY = Regex.star(CHARACTER);

    /** Deeper branching is cut, since a regex is read recursively. */
    private static final int DEEPEST = 200;

    private Texts() {}

    /** Texts of so many characters. */
    static Regex ofLength(int least, int most) {
        return least > most ? Regex.NOTHING : new Regex.Repeat(CHARACTER, least, most);
    }

    static Regex and(Regex a, Regex b) {
        if (a.equals(ANY) || b.equals(Regex.NOTHING)) {
            return b;
        }
        if (b.equals(ANY) || a.equals(Regex.NOTHING)) {
            return a;
        }
        if (a instanceof Regex.Repeat(var one, var least, var most)
                && b instanceof Regex.Repeat(var other, var least2, var most2)
                && one.equals(CHARACTER)
                && other.equals(CHARACTER)) {
            return ofLength(Math.max(least, least2), Math.min(most, most2));
        }
        if (isLiteral(a) && isLiteral(b)) {
            return a.equals(b) ? a : Regex.NOTHING;
        }
        var parts = new ArrayList<Regex>(partsOf(a));
        parts.addAll(partsOf(b));
        return new Regex.Intersection(parts);
    }

    private static boolean isLiteral(Regex regex) {
        return regex instanceof Regex.Sequence(var parts) && parts.stream().allMatch(SINGLES::contains);
    }

    private static List<Regex> partsOf(Regex regex) {
        return regex instanceof Regex.Intersection(var parts) ? parts : List.of(regex);
    }

    static Regex union(List<Regex> parts) {
        if (parts.contains(ANY)) {
            return ANY;
        }
        return switch (parts.size()) {
            case 0 -> Regex.NOTHING;
            case 1 -> parts.getFirst();
            default -> new Regex.Union(parts);
        };
    }

    /** All other texts. */
    static Regex not(Regex a) {
        if (a.equals(ANY)) {
            return Regex.NOTHING;
        }
        if (a.equals(Regex.NOTHING)) {
            return ANY;
        }
        if (a instanceof Regex.Intersection(var parts)
                && parts.size() == 2
                && parts.get(0).equals(ANY)
                && parts.get(1) instanceof Regex.Complement(var part)) {
            return part;
        }
        return new Regex.Intersection(List.of(ANY, new Regex.Complement(a)));
    }

    /** These texts and no others; beginnings that they share are written once. */
    static Regex oneOf(Collection<String> texts) {
        var sorted = new TreeSet<byte[]>(java.util.Arrays::compareUnsigned);
        for (String text : texts) {
            sorted.add(utf8(text));
        }
        return branches(List.copyOf(sorted), 0, 0);
    }

    /** What may follow byte {@code from} of sorted texts that agree up to there. */
    private static Regex branches(List<byte[]> sorted, int from, int depth) {
        int shared = sharedUntil(sorted, from);
        var head = bytes(sorted.getFirst(), from, shared);
        if (sorted.size() == 1) {
            return head;
        }
        var parts = new ArrayList<Regex>();
        int begin = 0;
        if (sorted.getFirst().length == shared) {
            parts.add(Regex.EMPTY);
            begin = 1;
        }
        while (begin < sorted.size()) {
            int end = begin + 1;
            if (depth < DEEPEST) {
                while (end < sorted.size() && sorted.get(end)[shared] == sorted.get(begin)[shared]) {
                    end++;
                }
            }
            parts.add(branches(sorted.subList(begin, end), shared, depth + 1));
            begin = end;
        }
        return Regex.sequence(head, new Regex.Union(parts));
    }

    /** How far the first and the last of sorted texts agree, and so all of them. */
    private static int sharedUntil(List<byte[]> sorted, int from) {
        byte[] first = sorted.getFirst();
        byte[] last = sorted.getLast();
        int at = from;
        while (at < first.length && at < last.length && first[at] == last[at]) {
            at++;
        }
        return sorted.size() == 1 ? first.length : at;
    }

    private static Regex bytes(byte[] text, int from, int to) {
        var parts = new ArrayList<Regex>(to - from);
        for (int i = from; i < to; i++) {
            parts.add(SINGLE[text[i] & 0xFF]);
        }
        return new Regex.Sequence(parts);
    }

    /** One object per byte, so that a long list of texts is small. */
    private static final Regex[] SINGLE = singles();

    private static final java.util.Set<Regex> SINGLES = java.util.Set.of(SINGLE);

    private static Regex[] singles() {
        var singles = new Regex[256];
        for (int value = 0; value < singles.length; value++) {
            singles[value] = new Regex.Bytes(ByteSet.of(value));
        }
        return singles;
    }

    /** The UTF-8 of a text; for one with half a surrogate pair, see {@link #isWellFormed}. */
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a text has no half of a surrogate pair, which no UTF-8 can express. */
    static boolean isWellFormed(String text) {
        try {
            StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
