package orrery.token.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits a template into text and tags, and applies the whitespace rules: {@code trim_blocks} removes the line break
 * after a block or comment, {@code lstrip_blocks} removes blanks before one that starts its line, and the signs
 * {@code -} and {@code +} override them.
 */
final class Lexer {
    private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
    private static final String OPERATORS = "+-/*%~[](){}><=.:|,;";

    private final Source source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    // Whether text that starts here starts a line, for lstrip_blocks.
    private boolean lineStarts = true;

    private Lexer(Source source) {
        this.source = source;
        this.text = source.text();
    }

    /**
     * All tokens, the last one of kind {@code END}.
     *
     * @throws TemplateException if a tag or a string is not closed, or a character is not valid in an expression
     */
    static List<Token> tokens(Source source) {
        Lexer lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < text.length()) {
            int open = nextOpening(at);
            if (open < 0) {
                addData(text.substring(at), at);
                at = text.length();
                break;
            }
            char kind = text.charAt(open + 1);
            int afterSign = open + 2;
            char sign = afterSign < text.length() ? text.charAt(afterSign) : ' ';
            boolean signed = sign == '-' || sign == '+';
            addData(leftStripped(at, open, signed ? sign : ' ', kind != '{'), at);
            at = signed ? afterSign + 1 : afterSign;
            switch (kind) {
                case '#' -> comment(open);
                case '{' -> {
                    tokens.add(new Token(Token.Kind.VARIABLE_BEGIN, "{{", open));
                    expression(open, "}}");
                }
                default -> block(open);
            }
        }
        tokens.add(new Token(Token.Kind.END, "", text.length()));
    }

    private int nextOpening(int from) {
        for (int i = text.indexOf('{', from); i >= 0; i = text.indexOf('{', i + 1)) {
            if (i + 1 < text.length() && "{%#".indexOf(text.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private void addData(String data, int start) {
        if (!data.isEmpty()) {
            tokens.add(new Token(Token.Kind.DATA, data, start));
        }
    }

    private String leftStripped(int from, int to, char sign, boolean block) {
        if (sign == '-') {
            int end = to;
            while (end > from && PythonText.isSpace(text.charAt(end - 1))) {
                end--;
            }
            return text.substring(from, end);
        }
        if (block && sign != '+') {
            int lineStart = from == to ? from : Math.max(from, text.lastIndexOf('\n', to - 1) + 1);
            if ((lineStart > from || lineStarts) && blank(lineStart, to)) {
                return text.substring(from, lineStart);
            }
        }
        return text.substring(from, to);
    }

    private boolean blank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!PythonText.isSpace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private void comment(int open) {
        int close = text.indexOf("#}", at);
        if (close < 0) {
            throw source.failure("this comment is not closed: expected '#}'", open);
        }
        char sign = close > at ? text.charAt(close - 1) : ' ';
        closeTag(close + 2, sign, true);
    }

    /** Moves past a tag that ends at {@code end} and the white space that its closing sign or trim_blocks removes. */
    private void closeTag(int end, char sign, boolean trimmed) {
        at = end;
        if (sign == '-') {
            skipSpaces();
        } else if (trimmed && sign != '+' && at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
        lineStarts = text.charAt(at - 1) == '\n';
    }

    private void skipSpaces() {
        while (at < text.length() && PythonText.isSpace(text.charAt(at))) {
            at++;
        }
    }

    private void block(int open) {
        int name = at;
        skipSpaces();
        if (text.startsWith("raw", at)) {
            at += 3;
            skipSpaces();
            boolean dashed = text.startsWith("-%}", at);
            if (dashed || text.startsWith("%}", at)) {
                closeTag(at + (dashed ? 3 : 2), dashed ? '-' : ' ', false);
                raw(open);
                return;
            }
        }
        at = name;
        tokens.add(new Token(Token.Kind.BLOCK_BEGIN, "{%", open));
        expression(open, "%}");
    }

    private void raw(int open) {
        int start = at;
        for (int end = text.indexOf("{%", at); end >= 0; end = text.indexOf("{%", end + 1)) {
            at = end + 2;
            char sign = at < text.length() ? text.charAt(at) : ' ';
            if (sign == '-' || sign == '+') {
                at++;
            }
            skipSpaces();
            if (!text.startsWith("endraw", at)) {
                continue;
            }
            at += "endraw".length();
            skipSpaces();
            boolean closingSign = text.startsWith("-%}", at) || text.startsWith("+%}", at);
            if (closingSign || text.startsWith("%}", at)) {
                addData(leftStripped(start, end, sign, true), start);
                closeTag(at + (closingSign ? 3 : 2), closingSign ? text.charAt(at) : ' ', true);
                return;
            }
        }
        throw source.failure("this raw block is not closed: expected '{% endraw %}'", open);
    }

    /** The tokens between the delimiters of a tag. Inside an open bracket, the closing delimiter does not count. */
    private void expression(int open, String closing) {
        boolean block = closing.equals("%}");
        Token.Kind end = block ? Token.Kind.BLOCK_END : Token.Kind.VARIABLE_END;
        Deque<Character> brackets = new ArrayDeque<>();
        while (true) {
            skipSpaces();
            if (at >= text.length()) {
                throw source.failure("this tag is not closed: expected '" + closing + "'", open);
            }
            char c = text.charAt(at);
            if (brackets.isEmpty()) {
                boolean signed = (c == '-' || (c == '+' && block)) && text.startsWith(closing, at + 1);
                if (signed || text.startsWith(closing, at)) {
                    tokens.add(new Token(end, closing, at));
                    closeTag(at + (signed ? 3 : 2), signed ? c : ' ', block);
                    return;
                }
            }
            if (c == '\'' || c == '"') {
                StringLiteral literal = StringLiteral.read(source, at);
                tokens.add(new Token(Token.Kind.STRING, literal.value(), at));
                at = literal.end();
            } else if (c >= '0' && c <= '9') {
                NumberLiteral literal = NumberLiteral.read(text, at);
                tokens.add(new Token(literal.kind(), literal.digits(), at));
                at = literal.end();
            } else if (inName(text.codePointAt(at))) {
                name();
            } else {
                operator(c, brackets);
            }
        }
    }

    private static boolean inName(int c) {
        return Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
    }

    private void name() {
        int start = at;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            if (!inName(codePoint)) {
                break;
            }
            at += Character.charCount(codePoint);
        }
        tokens.add(new Token(Token.Kind.NAME, text.substring(start, at), start));
    }

    private void operator(char c, Deque<Character> brackets) {
        for (String operator : LONG_OPERATORS) {
            if (text.startsWith(operator, at)) {
                tokens.add(new Token(Token.Kind.OPERATOR, operator, at));
                at += 2;
                return;
            }
        }
        if (OPERATORS.indexOf(c) < 0) {
            throw source.failure(
                    "unexpected character '" + Character.toString(text.codePointAt(at)) + "' in an expression", at);
        }
        switch (c) {
            case '(' -> brackets.push(')');
            case '[' -> brackets.push(']');
            case '{' -> brackets.push('}');
            case ')', ']', '}' -> {
                if (brackets.isEmpty() || brackets.pop() != c) {
                    throw source.failure("unexpected '" + c + "': no bracket is open that it closes", at);
                }
            }
            default -> {
                // no bracket
            }
        }
        tokens.add(new Token(Token.Kind.OPERATOR, String.valueOf(c), at));
        at++;
    }
}
