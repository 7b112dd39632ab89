package orrery.chat;

import java.util.BitSet;

/**
 * Scans one JSON value, character by character: whether it is still the beginning of a value, and when it is complete.
 * Control characters within strings, which models write although JSON forbids them, are escaped.
 */
final class JsonScanner {
    private static final int DEEPEST = 500;

    private enum State {
        VALUE,
        FIRST_ELEMENT,
        FIRST_NAME,
        NAME,
        COLON,
        NEXT,
        STRING,
        ESCAPE,
        HEX,
        WORD,
        MINUS,
        ZERO,
        DIGITS,
        POINT,
        FRACTION,
        EXPONENT,
        SIGN,
        POWER,
        DONE
    }

    private final StringBuilder out;

    /** For each depth, whether an object is open there. */
    private final BitSet objects = new BitSet();

    private State state = State.VALUE;
    private int depth;
    private boolean isName;
    private int hexLeft;
    private String word = "";
    private int inWord;

    /** @param out receives the value as JSON */
    JsonScanner(StringBuilder out) {
        this.out = out;
    }

    /** Whether the value is complete. A number is complete only with the character after it. */
    boolean done() {
        return state == State.DONE;
    }

    /** Whether the position is within a string, and not after a backslash. */
    boolean inString() {
        return state == State.STRING;
    }

    /**
     * Takes the next character; must not be called after {@link #done}.
     *
     * @return false if the character does not belong to the value, which is then either {@link #done} or malformed
     */
    boolean accept(char sign) {
        boolean taken = switch (state) {
            case VALUE -> space(sign) || value(sign);
            case FIRST_ELEMENT -> space(sign) || (sign == ']' && close()) || value(sign);
            case FIRST_NAME -> space(sign) || (sign == '}' && close()) || name(sign);
            case NAME -> space(sign) || name(sign);
            case COLON -> space(sign) || (sign == ':' && to(State.VALUE));
            case NEXT -> space(sign) || next(sign);
            case STRING -> inString(sign);
            case ESCAPE -> escape(sign);
            case HEX -> hex(sign);
            case WORD -> word(sign);
            case MINUS -> sign == '0' ? to(State.ZERO) : isDigit(sign) && to(State.DIGITS);
            case ZERO -> afterWhole(sign);
            case DIGITS -> isDigit(sign) || afterWhole(sign);
            case POINT -> isDigit(sign) && to(State.FRACTION);
            case FRACTION -> isDigit(sign) || exponent(sign) || afterNumber(sign);
            case EXPONENT -> (sign == '+' || sign == '-') ? to(State.SIGN) : isDigit(sign) && to(State.POWER);
            case SIGN -> isDigit(sign) && to(State.POWER);
            case POWER -> isDigit(sign) || afterNumber(sign);
            case DONE -> false;
        };
        if (taken && state == State.STRING && sign < ' ') {
            PlainJson.escape(sign, out);
        } else if (taken) {
            out.append(sign);
        }
        return taken;
    }

    private boolean to(State next) {
        state = next;
        return true;
    }

    private static boolean space(char sign) {
        return PlainJson.isSpace(sign);
    }

    private static boolean isDigit(char sign) {
        return sign >= '0' && sign <= '9';
    }

    private boolean value(char sign) {
        return switch (sign) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> {
                isName = false;
                yield to(State.STRING);
            }
            case 't' -> begin("true");
            case 'f' -> begin("false");
            case 'n' -> begin("null");
            case '-' -> to(State.MINUS);
            case '0' -> to(State.ZERO);
            default -> isDigit(sign) && to(State.DIGITS);
        };
    }

    private boolean open(boolean object) {
        if (depth == DEEPEST) {
            return false;
        }
        objects.set(depth++, object);
        return to(object ? State.FIRST_NAME : State.FIRST_ELEMENT);
    }

    private boolean close() {
        depth--;
        return whole();
    }

    private boolean whole() {
        return to(depth == 0 ? State.DONE : State.NEXT);
    }

    private boolean name(char sign) {
        isName = true;
        return sign == '"' && to(State.STRING);
    }

    private boolean next(char sign) {
        boolean object = objects.get(depth - 1);
        if (sign == ',') {
            return to(object ? State.NAME : State.VALUE);
        }
        return sign == (object ? '}' : ']') && close();
    }

    private boolean inString(char sign) {
        if (sign == '"') {
            return isName ? to(State.COLON) : whole();
        }
        return sign != '\\' || to(State.ESCAPE);
    }

    private boolean escape(char sign) {
        if (sign == 'u') {
            hexLeft = 4;
            return to(State.HEX);
        }
        return "\"\\/bfnrt".indexOf(sign) >= 0 && to(State.STRING);
    }

    private boolean hex(char sign) {
        return PlainJson.hex(sign) >= 0 && (--hexLeft > 0 || to(State.STRING));
    }

    private boolean begin(String literal) {
        word = literal;
        inWord = 1;
        return to(State.WORD);
    }

    private boolean word(char sign) {
        return sign == word.charAt(inWord) && (++inWord < word.length() || whole());
    }

    private boolean afterWhole(char sign) {
        return sign == '.' ? to(State.POINT) : exponent(sign) || afterNumber(sign);
    }

    private boolean exponent(char sign) {
        return (sign == 'e' || sign == 'E') && to(State.EXPONENT);
    }

    /** The first character that cannot belong to a number ends it, and belongs to the enclosing value. */
    private boolean afterNumber(char sign) {
        whole();
        return !done() && (space(sign) || next(sign));
    }
}
