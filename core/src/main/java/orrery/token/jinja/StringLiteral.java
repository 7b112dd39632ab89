package orrery.token.jinja;

/**
 * A quoted string with Python's escapes decoded.
 *
 * @param end offset after the closing quote
 */
record StringLiteral(String value, int end) {

    /** Reads the literal whose opening quote is at {@code at}. */
    static StringLiteral read(Source source, int at) {
        String text = source.text();
        char quote = text.charAt(at);
        StringBuilder value = new StringBuilder();
        int i = at + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == quote) {
                return new StringLiteral(value.toString(), i + 1);
            }
            if (c != '\\' || i + 1 == text.length()) {
                value.append(c);
                i++;
            } else {
                i = escape(source, i, value);
            }
        }
        throw source.failure("this string is not closed: expected " + quote, at);
    }

    /** Decodes the escape at {@code at} and returns the offset after it. */
    private static int escape(Source source, int at, StringBuilder value) {
        char c = source.text().charAt(at + 1);
        switch (c) {
            case '\n' -> {
                // an escaped line break is dropped
            }
            case '\\', '\'', '"' -> value.append(c);
            case 'n' -> value.append('\n');
            case 't' -> value.append('\t');
            case 'r' -> value.append('\r');
            case 'a' -> value.append('\u0007');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'v' -> value.append('\u000b');
            case 'x' -> {
                return hexadecimal(source, at, 2, value);
            }
            case 'u' -> {
                return hexadecimal(source, at, 4, value);
            }
            case 'U' -> {
                return hexadecimal(source, at, 8, value);
            }
            case 'N' -> {
                return named(source, at, value);
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                return octal(source.text(), at, value);
            }
            // Python keeps the backslash of an unknown escape.
            default -> value.append('\\').append(c);
        }
        return at + 2;
    }

    private static int hexadecimal(Source source, int at, int digits, StringBuilder value) {
        String text = source.text();
        int end = at + 2 + digits;
        long codePoint = 0;
        for (int i = at + 2; i < end; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                throw source.failure(
                        "\\" + text.charAt(at + 1) + " in a string needs " + digits + " hexadecimal digits", at);
            }
            codePoint = codePoint * 16 + digit;
        }
        if (codePoint > Character.MAX_CODE_POINT) {
            throw source.failure("\\U in a string names no Unicode character", at);
        }
        value.appendCodePoint((int) codePoint);
        return end;
    }

    private static int octal(String text, int at, StringBuilder value) {
        int codePoint = 0;
        int i = at + 1;
        while (i < text.length() && i <= at + 3 && text.charAt(i) >= '0' && text.charAt(i) <= '7') {
            codePoint = codePoint * 8 + (text.charAt(i) - '0');
            i++;
        }
        value.appendCodePoint(codePoint);
        return i;
    }

    private static int named(Source source, int at, StringBuilder value) {
        String text = source.text();
        int close = text.indexOf('}', at);
        if (at + 2 >= text.length() || text.charAt(at + 2) != '{' || close < 0) {
            throw source.failure("\\N in a string needs a character's name in braces", at);
        }
        String name = text.substring(at + 3, close);
        try {
            value.appendCodePoint(Character.codePointOf(name));
        } catch (IllegalArgumentException e) {
            TemplateException fault =
                    new TemplateException("unknown Unicode character name '" + name + "' in a string", e);
            throw source.located(fault, at);
        }
        return close + 1;
    }
}
