package orrery.constrain;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * How texts are written between the quotes of a JSON string. Each character has one spelling, with an escape only where
 * RFC 8259 demands one; so what excludes two sets of texts from each other excludes their spellings. Where only the
 * number of characters counts, every escape is allowed.
 */
final class JsonTexts {
    private static final ByteSet CONTROLS = ByteSet.range(0, 0x1F);
    private static final ByteSet SPECIAL = CONTROLS.union(ByteSet.of('"')).union(ByteSet.of('\\'));
    private static final Regex HEX = new Regex.Bytes(hex("09afAF"));

    private static final Regex PLAIN = union(
            new Regex.Bytes(ByteSet.range(0, 0x7F).intersection(SPECIAL.complement())),
            Regex.codePoints(0x80, Character.MAX_CODE_POINT));

    /** Any spelling of one character. */
    private static final Regex SPELLED = union(PLAIN, Regex.sequence(Regex.text("\\"), escapes()));

    static final Regex ANY = Regex.star(SPELLED);

    private static final Regex[] ESCAPED = escaped();

    private final IdentityHashMap<Regex, Regex> known = new IdentityHashMap<>();

    private static ByteSet hex(String ranges) {
        return ByteSet.range(ranges.charAt(0), ranges.charAt(1))
                .union(ByteSet.range(ranges.charAt(2), ranges.charAt(3)))
                .union(ByteSet.range(ranges.charAt(4), ranges.charAt(5)));
    }

    private static Regex union(Regex a, Regex b) {
        var parts = new ArrayList<Regex>(a instanceof Regex.Union(var more) ? more : List.of(a));
        parts.addAll(b instanceof Regex.Union(var more) ? more : List.of(b));
        return new Regex.Union(parts);
    }

    /** What may follow a backslash; surrogates only in pairs. */
    private static Regex escapes() {
        var simple = ByteSet.NONE;
        for (char c : "\"\\/bfnrt".toCharArray()) {
            simple = simple.union(ByteSet.of(c));
        }
        Regex d = new Regex.Bytes(ByteSet.of('d').union(ByteSet.of('D')));
        Regex low = new Regex.Bytes(ByteSet.range('0', '7'));
        Regex high = new Regex.Bytes(ByteSet.range('8', '9')
                .union(ByteSet.of('a'))
                .union(ByteSet.of('b'))
                .union(ByteSet.of('A'))
                .union(ByteSet.of('B')));
        Regex last = new Regex.Bytes(ByteSet.range('c', 'f').union(ByteSet.range('C', 'F')));
        Regex notD = new Regex.Bytes(hex("09afAF")
                .intersection(ByteSet.of('d').union(ByteSet.of('D')).complement()));
        Regex two = new Regex.Repeat(HEX, 2, 2);
        return Regex.union(
                new Regex.Bytes(simple),
                Regex.sequence(Regex.text("u"), notD, new Regex.Repeat(HEX, 3, 3)),
                Regex.sequence(Regex.text("u"), d, low, two),
                Regex.sequence(Regex.text("u"), d, high, two, Regex.text("\\u"), d, last, two));
    }

    private static Regex[] escaped() {
        var escaped = new Regex[128];
        for (int value = 0; value < 0x20; value++) {
            String digits = HexFormat.of().toHexDigits((byte) value);
            int digit = digits.charAt(1);
            var last = ByteSet.of(digit);
            escaped[value] = Regex.sequence(
                    Regex.text("\\u00" + digits.charAt(0)),
                    new Regex.Bytes(digit < 'a' ? last : last.union(ByteSet.of(digit - 'a' + 'A'))));
        }
        escaped['\b'] = Regex.text("\\b");
        escaped['\f'] = Regex.text("\\f");
        escaped['\n'] = Regex.text("\\n");
        escaped['\r'] = Regex.text("\\r");
        escaped['\t'] = Regex.text("\\t");
        escaped['"'] = Regex.text("\\\"");
        escaped['\\'] = Regex.text("\\\\");
        return escaped;
    }

    /** The string, with its quotes. */
    Regex quoted(Regex texts) {
        return Regex.sequence(Regex.text("\""), content(texts), Regex.text("\""));
    }

    /** The spellings of texts, a set within {@link Texts#ANY}. */
    private Regex content(Regex texts) {
        if (texts instanceof Regex.Repeat(var part, var least, var most) && part.equals(Texts.CHARACTER)) {
            return most == Regex.UNBOUNDED && least == 0 ? ANY : new Regex.Repeat(SPELLED, least, most);
        }
        return spelled(texts);
    }

    private Regex spelled(Regex texts) {
        var spelling = known.get(texts);
        if (spelling == null) {
            spelling = switch (texts) {
                case Regex.Bytes(var set) -> bytes(set);
                case Regex.Sequence(var parts) -> new Regex.Sequence(all(parts));
                case Regex.Union(var parts) -> new Regex.Union(all(parts));
                case Regex.Intersection(var parts) -> new Regex.Intersection(all(parts));
                case Regex.Complement(var part) -> new Regex.Complement(spelled(part));
                case Regex.Repeat(var part, var least, var most) -> new Regex.Repeat(spelled(part), least, most);
            };
            known.put(texts, spelling);
        }
        return spelling;
    }

    private List<Regex> all(List<Regex> parts) {
        return parts.stream().map(this::spelled).toList();
    }

    private static Regex bytes(ByteSet set) {
        var special = set.intersection(SPECIAL);
        if (special.isEmpty()) {
            return new Regex.Bytes(set);
        }
        var parts = new ArrayList<Regex>();
        var plain = set.intersection(SPECIAL.complement());
        if (!plain.isEmpty()) {
            parts.add(new Regex.Bytes(plain));
        }
        for (int value = 0; value < ESCAPED.length; value++) {
            if (special.contains(value)) {
                parts.add(ESCAPED[value]);
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Regex.Union(parts);
    }
}
