package orrery.engine;

/** Two constraints on one answer. */
final class BothConstraints implements TokenConstraint {
    private final TokenConstraint first;
    private final TokenConstraint second;
    private long[] both = ALL;

    BothConstraints(TokenConstraint first, TokenConstraint second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public int required() {
        int required = first.required();
        return required == ANY ? second.required() : required;
    }

    @Override
    public long[] allowed() {
        long[] one = first.allowed();
        long[] other = second.allowed();
        if (one.length == 0) {
            return other;
        }
        if (other.length == 0) {
            return one;
        }
        int words = Math.min(one.length, other.length);
        if (both.length != words) {
            both = new long[words];
        }
        for (int i = 0; i < words; i++) {
            both[i] = one[i] & other[i];
        }
        return both;
    }

    @Override
    public boolean complete() {
        return first.complete() || second.complete();
    }

    @Override
    public void accept(GeneratedToken token) {
        first.accept(token);
        second.accept(token);
    }
}
