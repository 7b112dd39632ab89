package orrery.token.split;

import java.util.Optional;

/**
 * A run of one character class with a limited length, optionally after one character of another class:
 * {@code \s?\p{L}+}, {@code \p{N}{1,3}}, {@code [0-9][0-9][0-9]}. Takes time proportional to the text.
 *
 * @param before what may precede the run, once; empty if nothing may
 * @param run the class
 * @param least the least length of a match
 * @param most the greatest length of a match
 */
record ClassRun(Optional<CodePoints> before, CodePoints run, int least, int most) implements Finder {

    /** The matcher of an expression of this kind; empty for other expressions. */
    static Optional<ClassRun> of(String expression) {
        var parser = new ClassParser(expression);
        try {
            Optional<CodePoints> before = Optional.empty();
            int begin = 0;
            CodePoints run = parser.next();
            if (parser.take("?")) {
                before = Optional.of(run);
                begin = parser.position();
                run = parser.next();
            }
            String one = expression.substring(begin, parser.position());
            int least = 1;
            int most = 1;
            if (parser.take("+")) {
                most = Integer.MAX_VALUE;
            } else if (parser.take("{1,3}")) {
                most = 3;
            } else {
                while (parser.take(one)) {
                    least++;
                }
                most = least;
            }
            return parser.atEnd() ? Optional.of(new ClassRun(before, run, least, most)) : Optional.empty();
        } catch (SplitException another) {
            return Optional.empty();
        }
    }

    @Override
    public void find(String text, int from, int to, Spans matches) {
        for (int at = from; at < to; ) {
            int point = text.codePointAt(at);
            int next = at + Character.charCount(point);
            int end = before.isPresent() && before.get().contains(point) ? end(text, next, to) : -1;
            end = end < 0 ? end(text, at, to) : end;
            if (end < 0) {
                at = next;
            } else {
                matches.add(at, end);
                at = end;
            }
        }
    }

    private int end(String text, int at, int to) {
        int end = at;
        int count = 0;
        while (count < most && end < to) {
            int point = text.codePointAt(end);
            if (!run.contains(point)) {
                break;
            }
            end += Character.charCount(point);
            count++;
        }
        return count < least ? -1 : end;
    }
}
