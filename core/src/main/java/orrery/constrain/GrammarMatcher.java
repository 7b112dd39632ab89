package orrery.constrain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How far one answer has come in its grammar, and which tokens may come next. Only one thread at a time may use it.
 *
 * <p>Every method may throw a {@link GrammarException} if the grammar exceeds its limits here; then the answer cannot
 * go on, but others of the same grammar are not affected.
 */
public final class GrammarMatcher {
    private final CompiledGrammar grammar;
    private final WorkLimit.Operation masking = new WorkLimit.Operation("a mask");
    private final WorkLimit.Operation reading = new WorkLimit.Operation("a token");
    private final long[] mask;
    private StateStore store;
    private Configuration at;
    private boolean masked;

    GrammarMatcher(CompiledGrammar grammar) {
        this.grammar = grammar;
        store = grammar.store();
        at = store.first();
        mask = new long[grammar.vocabulary().words()];
    }

    /**
     * The tokens after which the answer can still be completed: one bit for each id, the lowest bit first. The array
     * is the same in every call, must not be changed, and is valid until the next {@link #accept}. Tokens that end an
     * answer are not in it, see {@link #mayEnd}. It is empty if nothing can follow.
     *
     * @throws GrammarException if the answer is not complete but no token of the vocabulary can continue it
     */
    public long[] mask() {
        if (masked) {
            return mask;
        }
        renew();
        Mask known = at.mask;
        if (known == null) {
            grammar.vocabulary().mask(store, at, masking.begin(grammar.limits()), mask);
            if (!at.mayEnd && isEmpty()) {
                throw new GrammarException("no token of the vocabulary can continue the answer as the grammar asks");
            }
            store.keep(at, new Mask(mask.clone()));
        } else {
            known.used = true;
            System.arraycopy(known.bits(), 0, mask, 0, mask.length);
        }
        masked = true;
        return mask;
    }

    private boolean isEmpty() {
        for (long word : mask) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the answer so far is complete. */
    public boolean mayEnd() {
        return at.mayEnd;
    }

    /** Whether the answer so far is complete and nothing can follow. */
    public boolean mustEnd() {
        return at.mayEnd && at.states.length == 0;
    }

    /** Whether the answer may go on with this token. */
    public boolean allows(int token) {
        return !after(token).isDead;
    }

    /**
     * Goes on with a token.
     *
     * @throws IllegalArgumentException if the grammar does not allow it here
     */
    public void accept(int token) {
        Configuration next = after(token);
        if (next.isDead) {
            throw new IllegalArgumentException("token " + token + " (\""
                    + new String(grammar.vocabulary().bytes(token), StandardCharsets.UTF_8)
                    + "\") is not allowed by the grammar here");
        }
        at = next;
        masked = false;
    }

    private Configuration after(int token) {
        byte[] bytes = grammar.vocabulary().bytes(token);
        if (bytes.length == 0) {
            return store.dead();
        }
        renew();
        reading.begin(grammar.limits());
        Configuration next = at;
        for (byte b : bytes) {
            next = store.after(next, store.classes().of(b & 0xFF), reading);
        }
        return next;
    }

    /** Uses the grammar's newest states. */
    private void renew() {
        StateStore newest = grammar.store();
        if (newest != store) {
            at = newest.copy(at, store, reading.begin(grammar.limits()));
            store = newest;
        }
    }

    /** The only token that may come next, or -1 if there are several, or none, or the answer may end here. */
    public int forcedToken() {
        if (at.mayEnd) {
            return -1;
        }
        int found = -1;
        long[] allowed = mask();
        for (int i = 0; i < allowed.length; i++) {
            if (allowed[i] != 0) {
                if (found >= 0 || Long.bitCount(allowed[i]) > 1) {
                    return -1;
                }
                found = 64 * i + Long.numberOfTrailingZeros(allowed[i]);
            }
        }
        return found;
    }

    /**
     * The bytes with which the answer must go on, as far as only one byte is possible, and at most 1,024 of them;
     * possibly with an incomplete character at their end.
     */
    public byte[] forcedBytes() {
        renew();
        reading.begin(grammar.limits());
        byte[] forced = new byte[1024];
        int count = 0;
        Configuration here = at;
        while (count < forced.length && !here.mayEnd) {
            int only = store.onlyClass(here, reading);
            int value = only < 0 ? -1 : store.classes().onlyByte(only);
            if (value < 0) {
                break;
            }
            forced[count++] = (byte) value;
            here = store.after(here, only, reading);
        }
        return Arrays.copyOf(forced, count);
    }
}
