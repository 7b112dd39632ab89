package orrery.token.split;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Any other expression, matched by {@code java.util.regex}, which backtracks: some expressions take time that doubles
 * with each character. Every access to a character is counted, and a text is refused after {@value #STEPS_EACH}
 * accesses per character.
 */
final class BoundedRegex implements Finder {
    private static final long STEPS = 1_000_000;
    private static final long STEPS_EACH = 100;

    private final String expression;
    private final Pattern pattern;

    BoundedRegex(String expression) {
        this.expression = expression;
        try {
            // As in Oniguruma, ^ and $ match at every line, and only a line feed ends a line.
            pattern = Pattern.compile(
                    RubySyntax.toJava(expression),
                    Pattern.MULTILINE | Pattern.UNIX_LINES | Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException malformed) {
            throw new SplitException(
                    "the expression " + quoted() + " cannot be read: " + malformed.getDescription() + " at character "
                            + malformed.getIndex(),
                    malformed);
        } catch (StackOverflowError tooDeep) {
            throw new SplitException("the expression " + quoted() + " nests too deep", tooDeep);
        }
    }

    @Override
    public void find(String text, int from, int to, Spans matches) {
        var counted = new Counted(text, from, to);
        int at = 0;
        try {
            var matcher = pattern.matcher(counted);
            while (matcher.find()) {
                if (matcher.end() > matcher.start()) {
                    matches.add(from + matcher.start(), from + matcher.end());
                }
                at = matcher.end();
            }
        } catch (OutOfSteps _) {
            throw new SplitException("the expression " + quoted() + " takes too many steps: it was given up after "
                    + (STEPS + STEPS_EACH * (to - from)) + " at character " + at + " of a text of " + (to - from));
        } catch (StackOverflowError tooDeep) {
            throw new SplitException(
                    "the expression " + quoted() + " goes too deep: its groups repeat more often than the stack has"
                            + " room for, at character " + at + " of a text of " + (to - from),
                    tooDeep);
        }
    }

    private String quoted() {
        return "\"" + (expression.length() > 200 ? expression.substring(0, 200) + "…" : expression) + "\"";
    }

    /** Thrown once and caught here. */
    private static final class OutOfSteps extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final OutOfSteps ONCE = new OutOfSteps();

        OutOfSteps() {
            super("out of steps", null, false, false);
        }
    }

    /** A range of a text that counts accesses. */
    private static final class Counted implements CharSequence {
        private final String text;
        private final int from;
        private final int length;
        private long steps;

        Counted(String text, int from, int to) {
            this.text = text;
            this.from = from;
            length = to - from;
            steps = STEPS + STEPS_EACH * length;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public char charAt(int index) {
            if (--steps < 0) {
                throw OutOfSteps.ONCE;
            }
            return text.charAt(from + index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(from + start, from + end);
        }

        @Override
        public String toString() {
            return text.substring(from, from + length);
        }
    }
}
