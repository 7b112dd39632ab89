package orrery.token.split;

/** The way to match an expression: by a matcher of our own where its form is known, else by the JDK under a budget. */
public final class Expressions {
    private Expressions() {}

    /**
     * @param expression of the kind that Oniguruma reads (its syntax for Ruby), as tokenizer.json has them
     * @throws SplitException if it cannot be read, or means something else to the JDK and is none of the known ones
     */
    public static Finder finder(String expression) {
        String written = written(expression);
        if (written.equals(LineEndSpace.EXPRESSION)) {
            return new LineEndSpace();
        }
        var words = WordSplit.of(written);
        if (words.isPresent()) {
            return words.get();
        }
        var run = ClassRun.of(written);
        if (run.isPresent()) {
            return run.get();
        }
        return new BoundedRegex(expression);
    }

    /** An expression with its line breaks escaped: in some files they stand as they are. */
    public static String written(String expression) {
        return expression.replace("\r", "\\r").replace("\n", "\\n");
    }
}
