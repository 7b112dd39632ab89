package orrery.token.split;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntPredicate;

/**
 * A set of code points. Membership is computed for 256 code points at a time on first use, and then takes two loads:
 * texts use few of Unicode's 4,352 blocks.
 */
public final class CodePoints {
    private static final int BLOCK_BITS = 8;
    private static final int WORDS = (1 << BLOCK_BITS) / Long.SIZE;

    /** {@code \p{L}}. */
    static final int LETTER = types(
            Character.UPPERCASE_LETTER,
            Character.LOWERCASE_LETTER,
            Character.TITLECASE_LETTER,
            Character.MODIFIER_LETTER,
            Character.OTHER_LETTER);

    /** {@code \p{M}}. */
    static final int MARK =
            types(Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK);

    /** {@code \p{N}}. */
    static final int NUMBER = types(Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER);

    /** {@code \p{P}}. */
    static final int PUNCTUATION = types(
            Character.CONNECTOR_PUNCTUATION,
            Character.DASH_PUNCTUATION,
            Character.START_PUNCTUATION,
            Character.END_PUNCTUATION,
            Character.INITIAL_QUOTE_PUNCTUATION,
            Character.FINAL_QUOTE_PUNCTUATION,
            Character.OTHER_PUNCTUATION);

    /** {@code \p{S}}. */
    static final int SYMBOL =
            types(Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL);

    /** {@code \s}: the property White_Space. */
    public static final CodePoints WHITE_SPACE = new CodePoints(CodePoints::isWhiteSpace);

    /** Numeric characters by the definition of Hugging Face's library and Python: {@code \p{N}}. */
    public static final CodePoints NUMBERS = ofTypes(NUMBER);

    /** {@code \p{M}}. */
    public static final CodePoints MARKS = ofTypes(MARK);

    /** BERT's definition of punctuation: {@code \p{P}} and the ASCII symbols. */
    public static final CodePoints BERT_PUNCTUATION = new CodePoints(
            point -> isType(point, PUNCTUATION) || (point > ' ' && point < 0x7F && !Character.isLetterOrDigit(point)));

    /** {@code \w} as Unicode defines it (UTS 18, annex C). */
    public static final CodePoints WORD = new CodePoints(point -> Character.isAlphabetic(point)
            || isType(point, MARK | types(Character.DECIMAL_DIGIT_NUMBER, Character.CONNECTOR_PUNCTUATION))
            || point == 0x200C
            || point == 0x200D);

    private final IntPredicate rule;
    private final AtomicReferenceArray<long[]> blocks =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >>> BLOCK_BITS);

    CodePoints(IntPredicate rule) {
        this.rule = rule;
    }

    static CodePoints ofTypes(int types) {
        return new CodePoints(point -> isType(point, types));
    }

    /** Code points in ranges, {@code "41-5A 5F"}, in hexadecimal. */
    public static CodePoints ofRanges(String ranges) {
        var members = new BitSet();
        for (String range : ranges.split(" ")) {
            int dash = range.indexOf('-');
            int last = HexFormat.fromHexDigits(range.substring(dash + 1));
            members.set(dash < 0 ? last : HexFormat.fromHexDigits(range.substring(0, dash)), last + 1);
        }
        return new CodePoints(members::get);
    }

    /** A bit for each type of {@link Character#getType}. */
    static int types(byte... types) {
        int bits = 0;
        for (byte type : types) {
            bits |= 1 << type;
        }
        return bits;
    }

    static boolean isType(int codePoint, int types) {
        return (types >>> Character.getType(codePoint) & 1) != 0;
    }

    static boolean isWhiteSpace(int codePoint) {
        return codePoint == ' '
                || (codePoint >= '\t' && codePoint <= '\r')
                || codePoint == 0x85
                || isType(
                        codePoint,
                        types(Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR));
    }

    CodePoints or(CodePoints other) {
        return new CodePoints(point -> rule.test(point) || other.rule.test(point));
    }

    CodePoints not() {
        return new CodePoints(rule.negate());
    }

    public boolean contains(int codePoint) {
        long[] block = blocks.getAcquire(codePoint >>> BLOCK_BITS);
        if (block == null) {
            block = fill(codePoint >>> BLOCK_BITS);
        }
        // The shift uses only the low six bits.
        return (block[codePoint >>> 6 & WORDS - 1] >>> codePoint & 1) != 0;
    }

    private long[] fill(int number) {
        var block = new long[WORDS];
        for (int i = 0; i < 1 << BLOCK_BITS; i++) {
            if (rule.test(number << BLOCK_BITS | i)) {
                block[i >>> 6] |= 1L << i;
            }
        }
        blocks.setRelease(number, block);
        return block;
    }

    /** The end of the run of members that starts at {@code at}; {@code at} itself if there is none. */
    public int run(String text, int at, int to) {
        int end = at;
        while (end < to) {
            int point = text.codePointAt(end);
            if (!contains(point)) {
                break;
            }
            end += Character.charCount(point);
        }
        return end;
    }

    /** Matches each member separately. */
    public Finder each() {
        return (text, from, to, matches) -> {
            for (int at = from; at < to; ) {
                int point = text.codePointAt(at);
                int next = at + Character.charCount(point);
                if (contains(point)) {
                    matches.add(at, next);
                }
                at = next;
            }
        };
    }

    /** Matches {@code \w+|[^\w\s]+}. */
    public static Finder wordsAndSigns() {
        CodePoints signs = WORD.or(WHITE_SPACE).not();
        return (text, from, to, matches) -> {
            for (int at = from; at < to; ) {
                int end = WORD.run(text, at, to);
                end = end > at ? end : signs.run(text, at, to);
                if (end > at) {
                    matches.add(at, end);
                    at = end;
                } else {
                    at++; // white space is one char each
                }
            }
        };
    }
}
