package orrery.token.split;

import java.util.Set;

/**
 * Converts expressions in Oniguruma's Ruby syntax, which tokenizer.json uses, for {@code java.util.regex}. What both
 * read in the same way is copied; what the JDK would read differently is converted or refused.
 */
final class RubySyntax {
    private static final Set<String> CATEGORIES = Set.of(
            "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps",
            "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cs");

    /** Oniguruma's definition, which includes the fractions and superscript digits of Latin-1. */
    private static final String WORD = "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u00B2\\u00B3\\u00B9\\u00BC-\\u00BE";

    private final String expression;
    private final StringBuilder java = new StringBuilder();
    private int at;
    private int brackets;

    private RubySyntax(String expression) {
        this.expression = expression;
    }

    /** @throws SplitException naming the unsupported construct */
    static String toJava(String expression) {
        var syntax = new RubySyntax(expression);
        while (syntax.at < expression.length()) {
            syntax.next();
        }
        return syntax.java.toString();
    }

    private void next() {
        char character = expression.charAt(at);
        switch (character) {
            case '\\' -> escape();
            case '[' -> {
                if (expression.startsWith("[[:", at) || (brackets > 0 && expression.startsWith("[:", at))) {
                    throw unknown("[[:", "a POSIX class");
                }
                brackets++;
                copy(1);
            }
            case ']' -> {
                brackets = Math.max(0, brackets - 1);
                copy(1);
            }
            case '(' -> group();
            default -> copy(1);
        }
    }

    private void group() {
        if (brackets == 0 && expression.startsWith("(?", at)) {
            // Of the options only i means the same; m and x do not.
            boolean known = Set.of("(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!", "(?i:", "(?i)", "(?-i:").stream()
                    .anyMatch(form -> expression.startsWith(form, at));
            if (!known) {
                throw unknown("(?", "a group of another kind");
            }
        }
        copy(1);
    }

    private void escape() {
        if (at + 1 >= expression.length()) {
            throw unknown("\\", "an escape of nothing");
        }
        char escaped = expression.charAt(at + 1);
        switch (escaped) {
            case 'p', 'P' -> property(escaped);
            case 'w' -> replace(brackets > 0 ? WORD : "[" + WORD + "]");
            case 'W' -> replace("[^" + WORD + "]");
            case 's', 'S', 'd', 'D', 'r', 'n', 't', 'f', 'A', 'z', 'u', 'x' -> copy(2);
            case 'v' -> replace("\\x0B");
            default -> {
                if (Character.isLetterOrDigit(escaped)) {
                    throw unknown("\\" + escaped, "an escape that is not known");
                }
                copy(2);
            }
        }
    }

    /** {@code \p{L}} and {@code \p{Han}}; the JDK requires {@code \p{IsHan}}. */
    private void property(char kind) {
        int close = expression.indexOf('}', at);
        if (!expression.startsWith("{", at + 2) || close < 0) {
            throw unknown("\\" + kind, "a property without braces");
        }
        String name = expression.substring(at + 3, close);
        boolean negated = name.startsWith("^");
        String plain = negated ? name.substring(1) : name;
        String known = CATEGORIES.contains(plain) ? plain : "Is" + plain;
        java.append(negated == (kind == 'P') ? "\\p{" : "\\P{").append(known).append('}');
        at = close + 1;
    }

    private void copy(int count) {
        java.append(expression, at, at + count);
        at += count;
    }

    private void replace(String by) {
        java.append(by);
        at += 2;
    }

    private SplitException unknown(String construct, String what) {
        return new SplitException("the expression \"" + expression + "\" has " + construct + " at character " + at
                + ", " + what + "; expected what Oniguruma and the JDK read alike");
    }
}
