package orrery.chat;

import java.util.Optional;

/**
 * Calls in Python syntax, {@code [f(a=1, b='x'), g()]}; their arguments become JSON. They have no delimiters, so they
 * are calls only if tools with these names exist.
 */
final class PythonCalls implements CallReader {
    private static final int LONGEST_NAME = 200;

    private enum State {
        START,
        NAME,
        ARGUMENT,
        NEXT_ARGUMENT,
        ARGUMENT_NAME,
        EQUALS,
        VALUE_START,
        VALUE,
        AFTER_VALUE,
        NEXT_CALL,
        AFTER,
        TEXT
    }

    private final CallWriter calls;
    private final StringBuilder written = new StringBuilder();
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
    private State state = State.START;
    private PythonScanner scanner = new PythonScanner(arguments);
    private boolean begun;
    private int complete;

    PythonCalls(CallWriter calls) {
        this.calls = calls;
    }

    @Override
    public void accept(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (state == State.TEXT) {
                calls.text(text.substring(i));
                return;
            }
            boolean taken = step(text.charAt(i));
            if (!taken || !begun) {
                written.append(text.charAt(i));
            }
            if (!taken) {
                breakOff();
            } else if (state == State.AFTER || state == State.NEXT_CALL) {
                written.setLength(0);
            }
        }
        flush();
    }

    @Override
    public boolean absorbs() {
        return state == State.VALUE && scanner.inString();
    }

    @Override
    public void end(boolean delimited) {
        boolean between = complete > 0 && (state == State.AFTER || state == State.NEXT_CALL || written.isEmpty());
        if (state != State.TEXT && (begun || !between)) {
            breakOff();
        }
    }

    private void breakOff() {
        if (begun) {
            flush();
            calls.end(false);
        }
        begun = false;
        state = State.TEXT;
        calls.text(written.toString());
        written.setLength(0);
    }

    private void flush() {
        if (begun) {
            calls.arguments(arguments.toString());
            arguments.setLength(0);
        }
    }

    private boolean to(State next) {
        state = next;
        return true;
    }

    private boolean step(char sign) {
        return switch (state) {
            case VALUE -> value(sign);
            case NAME -> name(sign);
            case ARGUMENT_NAME -> argumentName(sign);
            case START, ARGUMENT, NEXT_ARGUMENT, EQUALS, VALUE_START, AFTER_VALUE, NEXT_CALL, AFTER, TEXT ->
                PlainJson.isSpace(sign) || between(sign);
        };
    }

    private boolean between(char sign) {
        return switch (state) {
            case START -> sign == '[' && toName();
            case ARGUMENT -> sign == ')' ? endCall() : argument(sign);
            case NEXT_ARGUMENT -> sign == ')' ? endCall() : argument(separated(sign));
            case EQUALS -> sign == '=' && equal();
            case VALUE_START -> {
                state = State.VALUE;
                scanner = new PythonScanner(arguments);
                yield scanner.accept(sign);
            }
            case AFTER_VALUE -> sign == ')' ? endCall() : sign == ',' && to(State.NEXT_ARGUMENT);
            case NEXT_CALL -> sign == ']' ? to(State.AFTER) : sign == ',' && toName();
            case AFTER, TEXT, VALUE, NAME, ARGUMENT_NAME -> false;
        };
    }

    private boolean toName() {
        name.setLength(0);
        return to(State.NAME);
    }

    private boolean name(char sign) {
        if (name.isEmpty() && PlainJson.isSpace(sign)) {
            return true;
        }
        if (sign == '(') {
            var tool = name.toString().stripTrailing();
            if (!calls.knows(tool)) {
                return false;
            }
            calls.begin(tool, Optional.empty());
            begun = true;
            written.setLength(0);
            arguments.append('{');
            return to(State.ARGUMENT);
        }
        name.append(sign);
        boolean sound = Character.isLetterOrDigit(sign) || "_.-:/ ".indexOf(sign) >= 0;
        return sound && name.length() <= LONGEST_NAME;
    }

    private char separated(char sign) {
        arguments.append(", ");
        return sign;
    }

    private boolean argument(char sign) {
        name.setLength(0);
        state = State.ARGUMENT_NAME;
        return (Character.isLetter(sign) || sign == '_') && argumentName(sign);
    }

    private boolean argumentName(char sign) {
        if (Character.isLetterOrDigit(sign) || sign == '_') {
            name.append(sign);
            return name.length() <= LONGEST_NAME;
        }
        return sign == '=' ? equal() : PlainJson.isSpace(sign) && to(State.EQUALS);
    }

    private boolean equal() {
        arguments.append(PlainJson.write(name.toString())).append(": ");
        return to(State.VALUE_START);
    }

    private boolean value(char sign) {
        boolean taken = scanner.accept(sign);
        if (scanner.done()) {
            state = State.AFTER_VALUE;
            return taken || PlainJson.isSpace(sign) || between(sign);
        }
        return taken;
    }

    private boolean endCall() {
        arguments.append('}');
        flush();
        calls.end(true);
        begun = false;
        complete++;
        return to(State.NEXT_CALL);
    }
}
