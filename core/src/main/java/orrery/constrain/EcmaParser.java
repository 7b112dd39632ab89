package orrery.constrain;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads one regular expression of ECMA-262. */
final class EcmaParser {
    private static final int DEEPEST = 200;
    private static final int LONGEST_SHOWN = 200;
    private static final CharacterSet DOT = CharacterProperties.LINE_ENDS.complement();

    private final String pattern;
    private int at;
    private int depth;

    EcmaParser(String pattern) {
        this.pattern = pattern;
    }

    Anchored parse() {
        Anchored whole = alternatives();
        if (at < pattern.length()) {
            throw error("no group is open for ')'");
        }
        return whole;
    }

    private GrammarException error(String what) {
        return errorAt(at, what);
    }

    private GrammarException errorAt(int position, String what) {
        String shown = pattern.length() > LONGEST_SHOWN ? pattern.substring(0, LONGEST_SHOWN) + "..." : pattern;
        return new GrammarException("pattern \"" + shown + "\", position " + position + ": " + what);
    }

    private boolean has(String next) {
        return pattern.startsWith(next, at);
    }

    private boolean take(String next) {
        if (has(next)) {
            at += next.length();
            return true;
        }
        return false;
    }

    private Anchored alternatives() {
        var choices = new ArrayList<Anchored>();
        do {
            choices.add(sequence());
        } while (take("|"));
        return choices.size() == 1 ? choices.getFirst() : Anchored.either(choices);
    }

    private Anchored sequence() {
        var plain = new ArrayList<Regex>();
        Anchored result = Anchored.of(Regex.EMPTY);
        while (at < pattern.length() && !has("|") && !has(")")) {
            Anchored next = term();
            if (next.isPlain()) {
                plain.add(next.plain());
            } else {
                result = result.then(Anchored.of(new Regex.Sequence(plain))).then(next);
                plain.clear();
            }
        }
        return plain.isEmpty() ? result : result.then(Anchored.of(new Regex.Sequence(plain)));
    }

    private Anchored term() {
        int start = at;
        if (take("^")) {
            return Anchored.AT_START;
        }
        if (take("$")) {
            return Anchored.AT_END;
        }
        Anchored atom = atom();
        int least;
        int most;
        if (take("*")) {
            least = 0;
            most = Regex.UNBOUNDED;
        } else if (take("+")) {
            least = 1;
            most = Regex.UNBOUNDED;
        } else if (take("?")) {
            least = 0;
            most = 1;
        } else if (isBounds(at)) {
            at++;
            least = number();
            most = take(",") ? has("}") ? Regex.UNBOUNDED : number() : least;
            if (most < least) {
                throw error("the bounds {" + least + "," + most + "} are in the wrong order");
            }
            at++;
        } else {
            return atom;
        }
        take("?");
        if (atom.isPlain()) {
            return Anchored.of(new Regex.Repeat(atom.plain(), least, most));
        }
        if (most > 1) {
            throw errorAt(start, "anchors within a repetition are not supported");
        }
        if (most == 0) {
            return Anchored.of(Regex.EMPTY);
        }
        return least == 0 ? Anchored.either(List.of(atom, Anchored.of(Regex.EMPTY))) : atom;
    }

    /** Whether {@code {n}}, {@code {n,}} or {@code {n,m}} begins there; another brace is a character. */
    private boolean isBounds(int from) {
        int i = from;
        if (i >= pattern.length() || pattern.charAt(i) != '{') {
            return false;
        }
        int digits = ++i;
        while (i < pattern.length() && isDigit(pattern.charAt(i))) {
            i++;
        }
        if (i == digits) {
            return false;
        }
        if (i < pattern.length() && pattern.charAt(i) == ',') {
            i++;
            while (i < pattern.length() && isDigit(pattern.charAt(i))) {
                i++;
            }
        }
        return i < pattern.length() && pattern.charAt(i) == '}';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private int number() {
        long value = 0;
        while (isDigit(pattern.charAt(at))) {
            value = Math.min(10 * value + pattern.charAt(at++) - '0', Regex.UNBOUNDED);
        }
        if (value == Regex.UNBOUNDED) {
            throw error("a bound of a repetition is too large, expected less than " + Regex.UNBOUNDED);
        }
        return (int) value;
    }

    private Anchored atom() {
        int start = at;
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return switch (c) {
            case '(' -> group(start);
            case '.' -> Anchored.of(DOT.regex());
            case '[' -> Anchored.of(characterClass(start).regex());
            case '\\' -> Anchored.of(escape(start, false).regex());
            case '*', '+', '?' -> throw errorAt(start, "nothing to repeat before '" + (char) c + "'");
            default -> {
                if (c == '{' && isBounds(start)) {
                    throw errorAt(start, "nothing to repeat before '{'");
                }
                yield Anchored.of(Regex.text(Character.toString(character(start, c))));
            }
        };
    }

    private int character(int start, int c) {
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw errorAt(start, "an unpaired surrogate cannot be written in UTF-8");
        }
        return c;
    }

    private Anchored group(int start) {
        if (take("?")) {
            if (has("=") || has("!") || has("<=") || has("<!")) {
                throw errorAt(start, "lookaround is not supported");
            }
            if (take("<")) {
                int end = pattern.indexOf('>', at);
                if (end <= at) {
                    throw errorAt(start, "the name of a group does not end");
                }
                at = end + 1;
            } else if (!take(":")) {
                throw errorAt(start, "an unknown kind of group, expected (?:...) or (?<name>...)");
            }
        }
        if (++depth > DEEPEST) {
            throw errorAt(start, "groups are nested more than " + DEEPEST + " deep");
        }
        Anchored inside = alternatives();
        depth--;
        if (!take(")")) {
            throw errorAt(start, "the group is not closed");
        }
        return inside;
    }

    private CharacterSet characterClass(int start) {
        boolean negated = take("^");
        var sets = new ArrayList<CharacterSet>();
        while (!take("]")) {
            if (at >= pattern.length()) {
                throw errorAt(start, "the character class is not closed");
            }
            int from = at;
            CharacterSet first = member();
            if (has("-") && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
                if (first.single().isEmpty()) {
                    sets.add(first);
                    continue;
                }
                at++;
                CharacterSet last = member();
                if (last.single().isEmpty()) {
                    sets.addAll(List.of(first, CharacterSet.of("-"), last));
                    continue;
                }
                int low = first.single().getAsInt();
                int high = last.single().getAsInt();
                if (low > high) {
                    throw errorAt(from, "the range " + pattern.substring(from, at) + " is in the wrong order");
                }
                first = CharacterSet.of(low, high);
            }
            sets.add(first);
        }
        CharacterSet set = CharacterSet.union(sets);
        return negated ? set.complement() : set;
    }

    private CharacterSet member() {
        int start = at;
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return c == '\\' ? escape(start, true) : CharacterSet.of(c, c);
    }

    private CharacterSet escape(int start, boolean inClass) {
        if (at >= pattern.length()) {
            throw errorAt(start, "nothing follows '\\'");
        }
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return switch (c) {
            case 'd' -> CharacterProperties.DIGITS;
            case 'D' -> CharacterProperties.DIGITS.complement();
            case 's' -> CharacterProperties.SPACE;
            case 'S' -> CharacterProperties.SPACE.complement();
            case 'w' -> CharacterProperties.WORD;
            case 'W' -> CharacterProperties.WORD.complement();
            case 'p' -> property(start);
            case 'P' -> property(start).complement();
            case 't' -> CharacterSet.of("\t");
            case 'n' -> CharacterSet.of("\n");
            case 'v' -> CharacterSet.of("\u000B");
            case 'f' -> CharacterSet.of("\f");
            case 'r' -> CharacterSet.of("\r");
            case '0' -> {
                if (at < pattern.length() && isDigit(pattern.charAt(at))) {
                    throw errorAt(start, "octal escapes are not supported");
                }
                yield CharacterSet.of(0, 0);
            }
            case 'c' -> {
                if (at >= pattern.length()
                        || !Character.toString(pattern.charAt(at)).matches("[A-Za-z]")) {
                    throw errorAt(start, "\\c needs a letter behind it");
                }
                int control = pattern.charAt(at++) & 0x1F;
                yield CharacterSet.of(control, control);
            }
            case 'x' -> single(hex(start, 2));
            case 'u' -> single(unicode(start));
            case 'b' -> {
                if (!inClass) {
                    throw errorAt(start, "the word boundary \\b is not supported");
                }
                yield CharacterSet.of("\b");
            }
            case 'B' -> throw errorAt(start, "the word boundary \\B is not supported");
            case 'k' -> throw errorAt(start, "back references are not supported");
            default -> {
                if (c >= '1' && c <= '9') {
                    throw errorAt(start, "back references are not supported");
                }
                if (Character.isLetter(c)) {
                    throw errorAt(start, "the escape \\" + Character.toString(c) + " is unknown");
                }
                yield single(character(start, c));
            }
        };
    }

    private static CharacterSet single(int c) {
        return CharacterSet.of(c, c);
    }

    private CharacterSet property(int start) {
        int end = pattern.indexOf('}', at);
        if (!take("{") || end < 0) {
            throw errorAt(start, "\\p needs a property in braces, such as \\p{L}");
        }
        String name = pattern.substring(at, end);
        at = end + 1;
        return CharacterProperties.named(name)
                .orElseThrow(() -> errorAt(start, "the property " + name + " is unknown"));
    }

    private int unicode(int start) {
        if (take("{")) {
            int end = pattern.indexOf('}', at);
            int digits = end - at;
            if (end < 0 || digits < 1 || digits > 6) {
                throw errorAt(start, "\\u{...} needs one to six hexadecimal digits");
            }
            int c = hex(start, digits);
            at++;
            if (c > Character.MAX_CODE_POINT) {
                throw errorAt(start, "no such code point");
            }
            return character(start, c);
        }
        int c = hex(start, 4);
        if (Character.isHighSurrogate((char) c) && take("\\u")) {
            int low = hex(start, 4);
            if (Character.isLowSurrogate((char) low)) {
                return Character.toCodePoint((char) c, (char) low);
            }
        }
        return character(start, c);
    }

    private int hex(int start, int digits) {
        int end = at + digits;
        if (end > pattern.length() || !pattern.substring(at, end).chars().allMatch(HexFormat::isHexDigit)) {
            throw errorAt(start, "expected " + digits + " hexadecimal digits");
        }
        int value = HexFormat.fromHexDigits(pattern, at, end);
        at = end;
        return value;
    }
}
