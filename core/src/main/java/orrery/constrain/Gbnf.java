package orrery.constrain;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Grammars in llama.cpp's GBNF: rules {@code name ::= ...} of literals, character classes, {@code .}, groups,
 * alternatives and the repetitions {@code * + ? {m,n}}; {@code root} derives the answer. Left recursion is
 * understood. Tokens in angle brackets are refused: a grammar here is about text.
 */
public final class Gbnf {
    private static final int DEEPEST = 200;

    private record Place(int line, int column) {}

    private final String text;
    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<String, Integer> references = new TreeMap<>();
    private int at;
    private int depth;

    private Gbnf(String text) {
        this.text = text;
    }

    /**
     * The grammar that a text describes.
     *
     * @throws GrammarException naming line and column of what cannot be read
     */
    public static Grammar parse(String text) {
        return new Gbnf(text).grammar();
    }

    private Grammar grammar() {
        space(true);
        while (at < text.length()) {
            rule();
            space(true);
        }
        if (!rules.containsKey("root")) {
            throw new GrammarException("the grammar has no rule 'root', which derives the answer");
        }
        references.forEach((name, where) -> {
            if (!rules.containsKey(name)) {
                throw error(where, "no rule is named '" + name + "'");
            }
        });
        return new Grammar(rules, "root");
    }

    private GrammarException error(int position, String what) {
        Place place = place(position);
        return new GrammarException("grammar, line " + place.line + ", column " + place.column + ": " + what);
    }

    private Place place(int position) {
        String before = text.substring(0, position);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Place(line, position - before.lastIndexOf('\n'));
    }

    private boolean has(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private boolean take(char c) {
        if (has(c)) {
            at++;
            return true;
        }
        return false;
    }

    /** Passes spaces and comments. */
    private void space(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
                at++;
            } else {
                return;
            }
        }
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '-' || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private String name() {
        int start = at;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw error(at, "expected the name of a rule" + found());
        }
        return text.substring(start, at);
    }

    private String found() {
        return at < text.length() ? ", found '" + Character.toString(text.codePointAt(at)) + "'" : ", found the end";
    }

    private void rule() {
        int start = at;
        String name = name();
        space(false);
        if (!text.startsWith("::=", at)) {
            throw error(at, "expected ::= behind '" + name + "'" + found());
        }
        at += 3;
        space(true);
        Rule body = alternatives(false);
        if (at < text.length() && !has('\n') && !has('\r')) {
            throw error(at, "expected the end of the line" + found());
        }
        if (rules.putIfAbsent(name, body) != null) {
            throw error(start, "rule '" + name + "' is already defined");
        }
    }

    private Rule alternatives(boolean nested) {
        var choices = new ArrayList<Rule>();
        choices.add(sequence(nested));
        while (nextAlternative(nested)) {
            space(true);
            choices.add(sequence(nested));
        }
        return choices.size() == 1 ? choices.getFirst() : new Rule.Choice(choices);
    }

    /** An alternative may also begin on another line. */
    private boolean nextAlternative(boolean nested) {
        int before = at;
        space(true);
        if (take('|')) {
            return true;
        }
        if (!nested) {
            at = before;
        }
        return false;
    }

    private Rule sequence(boolean nested) {
        var parts = new ArrayList<Rule>();
        space(nested);
        while (at < text.length() && !has('|') && !has(')') && !has('\n') && !has('\r')) {
            Rule part = element();
            space(nested);
            parts.add(repeated(part, nested));
            space(nested);
        }
        return parts.size() == 1 ? parts.getFirst() : new Rule.Sequence(parts);
    }

    private Rule element() {
        int start = at;
        char c = text.charAt(at);
        switch (c) {
            case '"' -> {
                return literal();
            }
            case '[' -> {
                return new Rule.Lexeme(characterClass().regex());
            }
            case '.' -> {
                at++;
                return new Rule.Lexeme(CharacterSet.ALL.regex());
            }
            case '(' -> {
                at++;
                if (++depth > DEEPEST) {
                    throw error(start, "groups are nested more than " + DEEPEST + " deep");
                }
                Rule inside = alternatives(true);
                depth--;
                if (!take(')')) {
                    throw error(at, "expected ) for the group of line " + place(start).line + found());
                }
                return inside;
            }
            case '<', '!' -> throw error(at, "tokens in angle brackets are not supported, expected text in quotes");
            case '*', '+', '?', '{' -> throw error(at, "nothing to repeat before '" + c + "'");
            default -> {
                if (!isWord(c)) {
                    throw error(at, "expected a literal, a class, a group or a rule" + found());
                }
                String name = name();
                references.putIfAbsent(name, start);
                return new Rule.Reference(name);
            }
        }
    }

    private Rule repeated(Rule part, boolean nested) {
        Rule result = part;
        while (true) {
            if (take('*')) {
                result = new Rule.Repeat(result, 0, Regex.UNBOUNDED);
            } else if (take('+')) {
                result = new Rule.Repeat(result, 1, Regex.UNBOUNDED);
            } else if (take('?')) {
                result = Rule.optional(result);
            } else if (has('{')) {
                result = bounds(result);
            } else {
                return result;
            }
            space(nested);
        }
    }

    private Rule bounds(Rule part) {
        int start = at++;
        space(true);
        int least = number();
        int most = least;
        space(true);
        if (take(',')) {
            space(true);
            most = has('}') ? Regex.UNBOUNDED : number();
            space(true);
        }
        if (!take('}')) {
            throw error(at, "expected } behind the bounds of a repetition" + found());
        }
        if (most < least) {
            throw error(start, "the bounds {" + least + "," + most + "} are in the wrong order");
        }
        return new Rule.Repeat(part, least, most);
    }

    private int number() {
        int start = at;
        long value = 0;
        while (at < text.length() && isDigit(text.charAt(at))) {
            value = Math.min(10 * value + text.charAt(at++) - '0', Regex.UNBOUNDED);
        }
        if (at == start) {
            throw error(at, "expected a number" + found());
        }
        if (value == Regex.UNBOUNDED) {
            throw error(start, "a bound of a repetition is too large, expected less than " + Regex.UNBOUNDED);
        }
        return (int) value;
    }

    private Rule literal() {
        int start = at++;
        var literal = new StringBuilder();
        while (!take('"')) {
            literal.appendCodePoint(character(start, "the literal"));
        }
        return Rule.text(literal.toString());
    }

    private CharacterSet characterClass() {
        int start = at++;
        boolean negated = take('^');
        var sets = new ArrayList<CharacterSet>();
        while (!take(']')) {
            int from = at;
            int first = character(start, "the character class");
            int last = first;
            if (has('-') && at + 1 < text.length() && text.charAt(at + 1) != ']') {
                at++;
                last = character(start, "the character class");
            }
            if (last < first) {
                throw error(from, "the range " + text.substring(from, at) + " is in the wrong order");
            }
            sets.add(CharacterSet.of(first, last));
        }
        CharacterSet set = CharacterSet.union(sets);
        if (sets.isEmpty()) {
            throw error(start, "the character class is empty");
        }
        return negated ? set.complement() : set;
    }

    /** A character of a literal or a class that began at {@code start}. */
    private int character(int start, String of) {
        if (at >= text.length() || has('\n')) {
            throw error(start, of + " does not end");
        }
        int from = at;
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        if (c == '\\') {
            if (at >= text.length()) {
                throw error(start, of + " does not end");
            }
            char escaped = text.charAt(at++);
            c = switch (escaped) {
                case 'x' -> hex(from, 2);
                case 'u' -> hex(from, 4);
                case 'U' -> hex(from, 8);
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'n' -> '\n';
                case '\\', '"', '[', ']' -> escaped;
                default -> throw error(from, "the escape \\" + escaped + " is unknown");
            };
        }
        if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw error(from, "an unpaired surrogate cannot be written in UTF-8");
        }
        return c;
    }

    private int hex(int from, int digits) {
        int end = at + digits;
        if (end > text.length() || !text.substring(at, end).chars().allMatch(HexFormat::isHexDigit)) {
            throw error(from, "expected " + digits + " hexadecimal digits");
        }
        int value = HexFormat.fromHexDigits(text, at, end);
        at = end;
        if (value < 0 || value > Character.MAX_CODE_POINT) {
            throw error(from, "no such code point");
        }
        return value;
    }
}
