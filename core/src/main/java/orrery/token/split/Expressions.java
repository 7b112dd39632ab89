package orrery.token.split;

/** Chooses the matcher of an expression: our own if its form is known, otherwise the JDK's with a work limit. */
public final class Expressions {
    private Expressions() {}

    /**
     * @param expression in Oniguruma's Ruby syntax, as in tokenizer.json
     * @throws SplitException if it cannot be parsed, or means something else to the JDK and is none of the known ones
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

    /** An expression with its line breaks escaped: in some files they are literal. */
    public static String written(String expression) {
        return expression.replace("\r", "\\r").replace("\n", "\\n");
    }
}
