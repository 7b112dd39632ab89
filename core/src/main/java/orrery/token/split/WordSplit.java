package orrery.token.split;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * GPT-2's expression and the variants of its successors: contractions after an apostrophe, words, numbers, punctuation
 * and white space, each with what may precede or follow it. A match takes time proportional to its length: what one
 * alternative reads in vain, the next one matches.
 *
 * @param contractions the first alternative, {@code 's} and the like
 * @param symbolWords whether an ASCII symbol and ASCII letters after it are a word (DeepSeek V3)
 * @param newlines whether white space ends after its last line break
 */
record WordSplit(
        Contractions contractions,
        boolean symbolWords,
        Words words,
        Numbers numbers,
        Punctuation punctuation,
        boolean newlines)
        implements Finder {

    private static final int NONE = -1;
    private static final String ANY_CASE = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String SYMBOL_WORDS = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|";
    private static final String NEWLINES = "\\s*[\\r\\n]+|";
    private static final String SPACES = "\\s+(?!\\S)|\\s+";

    /** The same as {@link #ANY_CASE} and its successors, as OpenAI writes them for another engine (cl100k). */
    private static final String CL100K = "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";

    private static final String LLAMA_3 = ANY_CASE + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + NEWLINES + SPACES;

    private static final CodePoints LETTER = CodePoints.ofTypes(CodePoints.LETTER);
    private static final CodePoints LETTER_OR_MARK = CodePoints.ofTypes(CodePoints.LETTER | CodePoints.MARK);
    private static final CodePoints SIGN = CodePoints.ofTypes(CodePoints.PUNCTUATION | CodePoints.SYMBOL);
    private static final CodePoints LINE_BREAK = new CodePoints(point -> point == '\r' || point == '\n');
    private static final CodePoints SPACE = new CodePoints(point -> point == ' ');

    private static final CodePoints BIG = CodePoints.ofTypes(CodePoints.MARK
            | CodePoints.types(
                    Character.UPPERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER));

    private static final CodePoints SMALL = CodePoints.ofTypes(CodePoints.MARK
            | CodePoints.types(Character.LOWERCASE_LETTER, Character.MODIFIER_LETTER, Character.OTHER_LETTER));

    private enum Contractions {
        NONE(""),
        EXACT("'s|'t|'re|'ve|'m|'ll|'d|"),
        ANY(ANY_CASE + "|");

        private final String expression;

        Contractions(String expression) {
            this.expression = expression;
        }
    }

    /** Letters, with one character before them that may belong to the word. */
    private enum Words {
        GPT_2(" ?\\p{L}+|", SPACE, LETTER),
        LLAMA_3("[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|", noWordOrBreak(), LETTER),
        QWEN_3_5("[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|", noWordOrBreak(), LETTER_OR_MARK),
        DEEPSEEK_V3(
                "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|",
                LETTER.or(SIGN).or(LINE_BREAK).not(),
                LETTER_OR_MARK),
        /** Words end before a capital that follows a small letter: "eBay" is two words. */
        TEKKEN(cased(""), noWordOrBreak(), LETTER),
        /** The same, but a contraction belongs to its word. */
        O200K(cased(ANY_CASE + "?"), noWordOrBreak(), LETTER);

        private final String expression;
        private final CodePoints before;
        private final CodePoints letters;

        Words(String expression, CodePoints before, CodePoints letters) {
            this.expression = expression;
            this.before = before;
            this.letters = letters;
        }

        private static CodePoints noWordOrBreak() {
            return CodePoints.ofTypes(CodePoints.LETTER | CodePoints.NUMBER)
                    .or(LINE_BREAK)
                    .not();
        }

        private static String cased(String after) {
            String before = "[^\\r\\n\\p{L}\\p{N}]?";
            String big = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
            String small = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
            return before + big + "*" + small + "+" + after + "|" + before + big + "+" + small + "*" + after + "|";
        }
    }

    private enum Numbers {
        NONE("", false, 0),
        GPT_2(" ?\\p{N}+|", true, Integer.MAX_VALUE),
        THREE("\\p{N}{1,3}|", false, 3),
        ONE("\\p{N}|", false, 1);

        private final String expression;
        private final boolean afterSpace;
        private final int most;

        Numbers(String expression, boolean afterSpace, int most) {
            this.expression = expression;
            this.afterSpace = afterSpace;
            this.most = most;
        }
    }

    private enum Punctuation {
        GPT_2(" ?[^\\s\\p{L}\\p{N}]+|", neither(CodePoints.LETTER | CodePoints.NUMBER), ""),
        LLAMA_3(" ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|", neither(CodePoints.LETTER | CodePoints.NUMBER), "\r\n"),
        O200K(" ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|", neither(CodePoints.LETTER | CodePoints.NUMBER), "\r\n/"),
        QWEN_3_5(
                " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|",
                neither(CodePoints.LETTER | CodePoints.MARK | CodePoints.NUMBER),
                "\r\n"),
        DEEPSEEK_V3(" ?[\\p{P}\\p{S}]+[\\r\\n]*|", SIGN, "\r\n");

        private final String expression;
        private final CodePoints signs;
        private final String after;

        Punctuation(String expression, CodePoints signs, String after) {
            this.expression = expression;
            this.signs = signs;
            this.after = after;
        }

        private static CodePoints neither(int types) {
            return CodePoints.ofTypes(types).or(CodePoints.WHITE_SPACE).not();
        }
    }

    /** The matcher of an expression of this kind; empty for other expressions. */
    static Optional<WordSplit> of(String expression) {
        String rest = expression.equals(CL100K) ? LLAMA_3 : expression;
        var contractions = begins(rest, List.of(Contractions.EXACT, Contractions.ANY), one -> one.expression)
                .orElse(Contractions.NONE);
        rest = rest.substring(contractions.expression.length());
        boolean symbolWords = rest.startsWith(SYMBOL_WORDS);
        rest = symbolWords ? rest.substring(SYMBOL_WORDS.length()) : rest;
        var words = begins(rest, List.of(Words.values()), one -> one.expression);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        rest = rest.substring(words.get().expression.length());
        var numbers = begins(rest, List.of(Numbers.GPT_2, Numbers.THREE, Numbers.ONE), one -> one.expression)
                .orElse(Numbers.NONE);
        rest = rest.substring(numbers.expression.length());
        var punctuation = begins(rest, List.of(Punctuation.values()), one -> one.expression);
        if (punctuation.isEmpty()) {
            return Optional.empty();
        }
        rest = rest.substring(punctuation.get().expression.length());
        boolean newlines = rest.startsWith(NEWLINES);
        rest = newlines ? rest.substring(NEWLINES.length()) : rest;
        return rest.equals(SPACES)
                ? Optional.of(
                        new WordSplit(contractions, symbolWords, words.get(), numbers, punctuation.get(), newlines))
                : Optional.empty();
    }

    private static <T> Optional<T> begins(String text, List<T> kinds, Function<T, String> expression) {
        return kinds.stream()
                .filter(kind -> text.startsWith(expression.apply(kind)))
                .findFirst();
    }

    @Override
    public void find(String text, int from, int to, Spans matches) {
        for (int at = from; at < to; ) {
            int end = end(text, at, to);
            if (end > at) {
                matches.add(at, end);
                at = end;
            } else {
                at += Character.charCount(text.codePointAt(at));
            }
        }
    }

    /** Tries the alternatives in order; {@link #NONE} if none matches. */
    private int end(String text, int at, int to) {
        int point = text.codePointAt(at);
        int next = at + Character.charCount(point);
        int end = NONE;
        if (point == '\'' && contractions != Contractions.NONE) {
            end = contraction(text, at, to, contractions == Contractions.ANY);
        }
        if (end < 0 && symbolWords && point > ' ' && point < 0x7F && !Character.isLetterOrDigit(point)) {
            end = asciiLetters(text, next, to);
        }
        if (end < 0) {
            end = word(text, at, next, to, words.before.contains(point));
        }
        if (end < 0) {
            end = number(text, at, next, to, point == ' ' && numbers.afterSpace);
        }
        if (end < 0) {
            end = signs(text, at, next, to, point == ' ');
        }
        return end < 0 && CodePoints.WHITE_SPACE.contains(point) ? space(text, at, to) : end;
    }

    private static int contraction(String text, int at, int to, boolean anyCase) {
        if (at + 1 >= to || text.charAt(at) != '\'') {
            return NONE;
        }
        char first = anyCase ? small(text.charAt(at + 1)) : text.charAt(at + 1);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return at + 2;
        }
        if (at + 2 >= to) {
            return NONE;
        }
        char second = anyCase ? small(text.charAt(at + 2)) : text.charAt(at + 2);
        boolean two = (first == 'l' && second == 'l') || ((first == 'r' || first == 'v') && second == 'e');
        return two ? at + 3 : NONE;
    }

    /** Ignoring case, the long s (ſ) equals s. */
    private static char small(char letter) {
        return letter >= 'A' && letter <= 'Z' ? (char) (letter + ('a' - 'A')) : letter == '\u017F' ? 's' : letter;
    }

    private static int asciiLetters(String text, int at, int to) {
        int end = at;
        while (end < to && ((text.charAt(end) | 0x20) >= 'a' && (text.charAt(end) | 0x20) <= 'z')) {
            end++;
        }
        return end > at ? end : NONE;
    }

    /** @param before whether the first character may precede a word */
    private int word(String text, int at, int next, int to, boolean before) {
        if (words == Words.TEKKEN || words == Words.O200K) {
            int end = before ? small(text, next, to) : NONE;
            end = end < 0 ? small(text, at, to) : end;
            end = end < 0 && before ? big(text, next, to) : end;
            end = end < 0 ? big(text, at, to) : end;
            int longer = end < 0 || words == Words.TEKKEN ? NONE : contraction(text, end, to, true);
            return longer < 0 ? end : longer;
        }
        int end = before ? words.letters.run(text, next, to) : next;
        end = end > next ? end : words.letters.run(text, at, to);
        return end > at ? end : NONE;
    }

    /** Capitals, if any, and at least one small letter; letters without case count as both. */
    private static int small(String text, int at, int to) {
        int end = BIG.run(text, at, to);
        int longer = SMALL.run(text, end, to);
        if (longer > end) {
            return longer;
        }
        // No small letter follows: the last one of the run that counts as both must be it.
        while (end > at) {
            int point = text.codePointBefore(end);
            if (SMALL.contains(point)) {
                return end;
            }
            end -= Character.charCount(point);
        }
        return NONE;
    }

    /** At least one capital, and small letters, if any. */
    private static int big(String text, int at, int to) {
        int end = BIG.run(text, at, to);
        return end > at ? SMALL.run(text, end, to) : NONE;
    }

    private int number(String text, int at, int next, int to, boolean afterSpace) {
        int begin = afterSpace ? next : at;
        int end = begin;
        for (int count = 0; count < numbers.most && end < to; count++) {
            int point = text.codePointAt(end);
            if (!CodePoints.NUMBERS.contains(point)) {
                break;
            }
            end += Character.charCount(point);
        }
        return end > begin ? end : NONE;
    }

    private int signs(String text, int at, int next, int to, boolean afterSpace) {
        int begin = afterSpace ? next : at;
        int end = punctuation.signs.run(text, begin, to);
        if (end == begin) {
            return NONE;
        }
        while (end < to && punctuation.after.indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    /** White space is one char each. All but the last one, unless it ends the text: that one starts the next word. */
    private int space(String text, int at, int to) {
        int end = CodePoints.WHITE_SPACE.run(text, at, to);
        if (newlines) {
            for (int last = end; last > at; last--) {
                if (LINE_BREAK.contains(text.charAt(last - 1))) {
                    return last;
                }
            }
        }
        return end == to || end == at + 1 ? end : end - 1;
    }
}
