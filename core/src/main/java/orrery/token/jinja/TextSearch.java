package orrery.token.jinja;

/** Finds one string in another in time proportional to the sum of their lengths, for any contents. */
final class TextSearch {
    // In the worst case, String.indexOf takes time proportional to the product of the lengths, which is harmless for a
    // short needle.
    private static final int SHORT = 16;

    private TextSearch() {}

    /** Offset of the first occurrence at or after {@code from}, or -1. */
    static int first(String text, String part, int from) {
        return part.length() <= SHORT ? text.indexOf(part, from) : firstByPrefixes(text, part, from);
    }

    /** Offset of the last occurrence that ends at or before {@code end}, or -1. */
    static int last(String text, String part, int end) {
        if (part.length() <= SHORT) {
            return text.lastIndexOf(part, end - part.length());
        }
        String reversed = new StringBuilder(text.substring(0, end)).reverse().toString();
        int found = firstByPrefixes(reversed, new StringBuilder(part).reverse().toString(), 0);
        return found < 0 ? -1 : end - found - part.length();
    }

    // Knuth, Morris, Pratt.
    private static int firstByPrefixes(String text, String part, int from) {
        if (text.length() - from < part.length()) {
            return -1;
        }
        int[] fallback = new int[part.length()];
        int matched = 0;
        for (int i = 1; i < part.length(); i++) {
            while (matched > 0 && part.charAt(i) != part.charAt(matched)) {
                matched = fallback[matched - 1];
            }
            if (part.charAt(i) == part.charAt(matched)) {
                matched++;
            }
            fallback[i] = matched;
        }
        matched = 0;
        for (int i = from; i < text.length(); i++) {
            while (matched > 0 && text.charAt(i) != part.charAt(matched)) {
                matched = fallback[matched - 1];
            }
            if (text.charAt(i) == part.charAt(matched) && ++matched == part.length()) {
                return i - matched + 1;
            }
        }
        return -1;
    }
}
