package orrery.constrain;

import java.util.ArrayList;
import java.util.List;

/**
 * An expression with anchors: the union of what matches anywhere, what matches only at the start of the text, only
 * before its end, and only as the whole text.
 *
 * @param ways the four languages; bit 0 of the index: only at the start, bit 1: only before the end
 */
record Anchored(List<Regex> ways) {
    private static final int START = 1;
    private static final int END = 2;

    static final Anchored AT_START = only(START);
    static final Anchored AT_END = only(END);

    static Anchored of(Regex regex) {
        return new Anchored(List.of(regex, Regex.NOTHING, Regex.NOTHING, Regex.NOTHING));
    }

    private static Anchored only(int way) {
        var ways = new ArrayList<Regex>(List.of(Regex.NOTHING, Regex.NOTHING, Regex.NOTHING, Regex.NOTHING));
        ways.set(way, Regex.EMPTY);
        return new Anchored(ways);
    }

    boolean isPlain() {
        return ways.subList(1, 4).stream().allMatch(Regex.NOTHING::equals);
    }

    Regex plain() {
        return ways.getFirst();
    }

    /** Before an anchor of the start, and behind one of the end, only the empty string matches. */
    Anchored then(Anchored next) {
        List<List<Regex>> joined = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b < 4; b++) {
                boolean onlyBefore = (b & START) != 0;
                boolean onlyBehind = (a & END) != 0;
                Regex head = onlyBefore ? orEmpty(ways.get(a)) : ways.get(a);
                Regex tail = onlyBehind ? orEmpty(next.ways.get(b)) : next.ways.get(b);
                if (!head.equals(Regex.NOTHING) && !tail.equals(Regex.NOTHING)) {
                    joined.get(a | b).add(sequence(head, tail));
                }
            }
        }
        return new Anchored(joined.stream().map(Anchored::union).toList());
    }

    private static Regex sequence(Regex head, Regex tail) {
        if (head.equals(Regex.EMPTY)) {
            return tail;
        }
        return tail.equals(Regex.EMPTY) ? head : Regex.sequence(head, tail);
    }

    private static Regex union(List<Regex> parts) {
        return parts.size() == 1 ? parts.getFirst() : new Regex.Union(parts);
    }

    private static Regex orEmpty(Regex regex) {
        return isNullable(regex) ? Regex.EMPTY : Regex.NOTHING;
    }

    private static boolean isNullable(Regex regex) {
        return switch (regex) {
            case Regex.Bytes _ -> false;
            case Regex.Sequence(var parts) -> parts.stream().allMatch(Anchored::isNullable);
            case Regex.Union(var parts) -> parts.stream().anyMatch(Anchored::isNullable);
            case Regex.Intersection(var parts) -> parts.stream().allMatch(Anchored::isNullable);
            case Regex.Complement(var part) -> !isNullable(part);
            case Regex.Repeat repeat -> repeat.least() == 0 || isNullable(repeat.part());
        };
    }

    static Anchored either(List<Anchored> choices) {
        var joined = new ArrayList<Regex>();
        for (int way = 0; way < 4; way++) {
            int index = way;
            joined.add(union(choices.stream()
                    .map(choice -> choice.ways.get(index))
                    .filter(regex -> !regex.equals(Regex.NOTHING))
                    .toList()));
        }
        return new Anchored(joined);
    }

    /** What matches the whole text. */
    Regex whole() {
        return union(ways.stream().filter(regex -> !regex.equals(Regex.NOTHING)).toList());
    }

    /** The texts in which a part matches. */
    Regex within(Regex anyText) {
        var parts = new ArrayList<Regex>();
        for (int way = 0; way < 4; way++) {
            if (!ways.get(way).equals(Regex.NOTHING)) {
                var sequence = new ArrayList<Regex>();
                if ((way & START) == 0) {
                    sequence.add(anyText);
                }
                sequence.add(ways.get(way));
                if ((way & END) == 0) {
                    sequence.add(anyText);
                }
                parts.add(new Regex.Sequence(sequence));
            }
        }
        return union(parts);
    }
}
