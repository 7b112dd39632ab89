package orrery.constrain;

/**
 * Regular expressions in the syntax of ECMA-262 with the flag {@code u}, as JSON Schema's {@code pattern} has them.
 * Of what that flag forbids, escaped punctuation and single braces and brackets are understood. Lookaround, word
 * boundaries and back references are refused: they are not regular, or not in this form.
 */
public final class EcmaPattern {
    private static final Regex ANY_TEXT = Regex.star(CharacterSet.ALL.regex());

    private EcmaPattern() {}

    /**
     * The texts that the expression matches from beginning to end.
     *
     * @throws GrammarException naming the position if the expression is malformed or not supported
     */
    public static Regex wholeMatch(String pattern) {
        return new EcmaParser(pattern).parse().whole();
    }

    /**
     * The texts in which the expression matches somewhere; {@code ^} and {@code $} bind it to the beginning and the
     * end.
     *
     * @throws GrammarException naming the position if the expression is malformed or not supported
     */
    public static Regex search(String pattern) {
        return new EcmaParser(pattern).parse().within(ANY_TEXT);
    }
}
