package orrery.engine;

import java.util.Arrays;

/** A history that a test writes down. */
record History(int promptLength, int... tokens) implements TokenHistory {
    static final History NONE = new History(0);

    @Override
    public int length() {
        return tokens.length;
    }

    @Override
    public int token(int index) {
        return tokens[index];
    }

    History and(int token) {
        var more = Arrays.copyOf(tokens, tokens.length + 1);
        more[tokens.length] = token;
        return new History(promptLength, more);
    }
}
