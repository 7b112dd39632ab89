package orrery.engine;

import java.util.Arrays;
import orrery.constrain.GrammarMatcher;

/** One answer that follows a grammar, in a model's tokens. */
final class GrammarConstraint implements TokenConstraint {
    private static final int[] NOTHING = {};

    private final GrammarMatcher matcher;
    private final CanonicalTokens canonical;
    private final int[] stopIds;

    /** The mask with the stop ids, where the answer may end. */
    private long[] ending = {};

    /** The tokens that are known to come next, the first of them at {@code at}; looked up once at each place. */
    private int[] known = NOTHING;

    private int at;
    private boolean looked;
    private boolean stopped;

    /** @param stopIds ids that end an answer */
    GrammarConstraint(GrammarMatcher matcher, CanonicalTokens canonical, int[] stopIds) {
        this.matcher = matcher;
        this.canonical = canonical;
        this.stopIds = stopIds;
    }

    @Override
    public int required() {
        if (at == known.length && !looked) {
            byte[] forced = matcher.forcedBytes();
            known = forced.length == 0 ? NOTHING : canonical.certain(forced);
            at = 0;
            looked = true;
        }
        return at < known.length ? known[at] : ANY;
    }

    @Override
    public long[] allowed() {
        long[] mask = matcher.mask();
        if (!matcher.mayEnd()) {
            return mask;
        }
        if (ending.length < mask.length) {
            ending = new long[mask.length];
        }
        System.arraycopy(mask, 0, ending, 0, mask.length);
        for (int id : stopIds) {
            ending[id >> 6] |= 1L << id;
        }
        return ending;
    }

    @Override
    public boolean complete() {
        return stopped || matcher.mustEnd();
    }

    @Override
    public void accept(GeneratedToken token) {
        // Where a request ignores stop ids, they come here.
        stopped = matcher.mayEnd() && Arrays.binarySearch(stopIds, token.id()) >= 0;
        if (!stopped) {
            matcher.accept(token.id());
        }
        if (at < known.length && known[at] == token.id()) {
            at++;
        } else {
            known = NOTHING;
            at = 0;
        }
        looked = false;
    }
}
