package orrery.draw;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How two parts differ: not at all, in numbers alone, or in how they are built. In this order. */
enum Distance {
    NONE,
    SIZE,
    STRUCTURE;

    /** A number with its grouping and its unit: 7,168 and 11.3B. */
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,.]*\\d(?:[kMBT]\\b)?|\\d(?:[kMBT]\\b)?");

    private static final Pattern PLURAL = Pattern.compile("(\\p{L})s\\b");

    static Distance of(Box one, Box other) {
        if (one.equals(other)) {
            return NONE;
        }
        boolean alike = one.role() == other.role()
                && form(one.title()).equals(form(other.title()))
                && keys(one).equals(keys(other))
                && keys(one).stream().allMatch(key -> ofFact(one, other, key) != STRUCTURE);
        return alike ? SIZE : STRUCTURE;
    }

    /** What sets apart what two boxes say of something; a fact that only one of them has is built differently. */
    static Distance ofFact(Box one, Box other, String key) {
        var mine = one.fact(key);
        var theirs = other.fact(key);
        if (mine.equals(theirs)) {
            return NONE;
        }
        return mine.map(Distance::form).equals(theirs.map(Distance::form)) ? SIZE : STRUCTURE;
    }

    private static Set<String> keys(Box box) {
        var keys = new HashSet<>(box.lines().stream().map(Box.Line::key).collect(Collectors.toSet()));
        box.cache().ifPresent(_ -> keys.add(Box.CACHE));
        return keys;
    }

    /** A text without its numbers. */
    static String form(String text) {
        String without = NUMBER.matcher(text).replaceAll("#");
        return PLURAL.matcher(without).replaceAll("$1");
    }
}
