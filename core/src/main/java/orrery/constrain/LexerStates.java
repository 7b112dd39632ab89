package orrery.constrain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The states of the lexer, each made when it is first needed. */
final class LexerStates {
    private static final int[] NONE = {};

    private final Derivatives derivatives;
    private final int classes;
    private final WorkLimit work;
    private final Map<LexerState, LexerState> states = new HashMap<>();

    LexerStates(Derivatives derivatives, int classes, WorkLimit work) {
        this.derivatives = derivatives;
        this.classes = classes;
        this.work = work;
    }

    /** The state before the first byte of some lexemes, in ascending order; their expressions. */
    LexerState start(int[] lexemes, int[] expressions) {
        int[] kept = new int[lexemes.length];
        int[] rests = new int[lexemes.length];
        int count = 0;
        for (int i = 0; i < lexemes.length; i++) {
            if (derivatives.hasMore(expressions[i])) {
                kept[count] = lexemes[i];
                rests[count++] = expressions[i];
            }
        }
        return state(Arrays.copyOf(kept, count), Arrays.copyOf(rests, count), NONE);
    }

    LexerState after(LexerState state, int byteClass) {
        LexerState known = state.next[byteClass];
        if (known != null) {
            return known;
        }
        int length = state.lexemes.length;
        int[] lexemes = new int[length];
        int[] rests = new int[length];
        int[] ended = new int[length];
        int count = 0;
        int ends = 0;
        for (int i = 0; i < length; i++) {
            int rest = derivatives.after(state.rests[i], byteClass);
            work.step();
            if (derivatives.isNullable(rest)) {
                ended[ends++] = state.lexemes[i];
            }
            if (derivatives.hasMore(rest)) {
                lexemes[count] = state.lexemes[i];
                rests[count++] = rest;
            }
        }
        LexerState next = state(Arrays.copyOf(lexemes, count), Arrays.copyOf(rests, count), Arrays.copyOf(ended, ends));
        state.next[byteClass] = next;
        return next;
    }

    /** A state of other states over the same lexemes. */
    LexerState copy(LexerState state, Derivatives from) {
        return state(state.lexemes, derivatives.copy(from, state.rests), state.ended);
    }

    private LexerState state(int[] lexemes, int[] rests, int[] ended) {
        var fresh = new LexerState(states.size(), lexemes, rests, ended, classes);
        LexerState known = states.putIfAbsent(fresh, fresh);
        if (known != null) {
            return known;
        }
        work.keep(160 + 4L * classes + 8L * lexemes.length + 4L * ended.length);
        return fresh;
    }
}
