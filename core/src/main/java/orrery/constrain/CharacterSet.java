package orrery.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** A set of Unicode code points, as ranges in ascending order that do not touch. */
final class CharacterSet {
    static final CharacterSet ALL = of(0, Character.MAX_CODE_POINT);

    /** First and last of each range in turn. */
    private final int[] bounds;

    private CharacterSet(int[] bounds) {
        this.bounds = bounds;
    }

    static CharacterSet of(int first, int last) {
        return new CharacterSet(new int[] {first, last});
    }

    static CharacterSet of(String characters) {
        return union(characters.codePoints().mapToObj(c -> of(c, c)).toList());
    }

    static CharacterSet where(IntPredicate member) {
        var bounds = new ArrayList<Integer>();
        boolean inside = false;
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (member.test(c) != inside) {
                inside = !inside;
                bounds.add(inside ? c : c - 1);
            }
        }
        if (inside) {
            bounds.add(Character.MAX_CODE_POINT);
        }
        return new CharacterSet(bounds.stream().mapToInt(Integer::intValue).toArray());
    }

    CharacterSet union(CharacterSet other) {
        return union(List.of(this, other));
    }

    static CharacterSet union(List<CharacterSet> sets) {
        var ranges = new ArrayList<int[]>();
        for (CharacterSet set : sets) {
            for (int i = 0; i < set.bounds.length; i += 2) {
                ranges.add(new int[] {set.bounds[i], set.bounds[i + 1]});
            }
        }
        ranges.sort((a, b) -> Integer.compare(a[0], b[0]));
        int[] joined = new int[2 * ranges.size()];
        int count = 0;
        for (int[] range : ranges) {
            if (count > 0 && range[0] <= joined[count - 1] + 1) {
                joined[count - 1] = Math.max(joined[count - 1], range[1]);
            } else {
                joined[count++] = range[0];
                joined[count++] = range[1];
            }
        }
        return new CharacterSet(Arrays.copyOf(joined, count));
    }

    CharacterSet complement() {
        int[] others = new int[bounds.length + 2];
        int count = 0;
        int next = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] > next) {
                others[count++] = next;
                others[count++] = bounds[i] - 1;
            }
            next = bounds[i + 1] + 1;
        }
        if (next <= Character.MAX_CODE_POINT) {
            others[count++] = next;
            others[count++] = Character.MAX_CODE_POINT;
        }
        return new CharacterSet(Arrays.copyOf(others, count));
    }

    /** The only code point of a set of one. */
    OptionalInt single() {
        return bounds.length == 2 && bounds[0] == bounds[1] ? OptionalInt.of(bounds[0]) : OptionalInt.empty();
    }

    /** One character of the set, in UTF-8. */
    Regex regex() {
        var parts = new ArrayList<Regex>();
        for (int i = 0; i < bounds.length; i += 2) {
            parts.add(Regex.codePoints(bounds[i], bounds[i + 1]));
        }
        return parts.size() == 1 ? parts.getFirst() : new Regex.Union(parts);
    }
}
