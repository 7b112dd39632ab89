package orrery.report.compare;

import java.util.List;

/** Small words. */
final class Sentences {
    private Sentences() {}

    /** {@code a}, {@code a and b}, {@code a, b and c}. */
    static String listed(List<String> parts) {
        if (parts.size() < 2) {
            return String.join("", parts);
        }
        return String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.getLast();
    }

    /** {@code b instead of a}; of the given beginnings, one that both share is said once. */
    static String instead(String b, String a, String... beginnings) {
        String rest = a;
        for (String beginning : beginnings) {
            if (b.startsWith(beginning) && a.startsWith(beginning)) {
                rest = a.substring(beginning.length());
                break;
            }
        }
        return b + (b.contains(" on ") || b.contains(", ") ? ", instead of " : " instead of ") + rest;
    }

    /** Small numbers as words. */
    static String number(int number) {
        return switch (number) {
            case 1 -> "one";
            case 2 -> "two";
            case 3 -> "three";
            case 4 -> "four";
            case 5 -> "five";
            case 6 -> "six";
            default -> Integer.toString(number);
        };
    }
}
