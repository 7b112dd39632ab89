package orrery.engine;

/**
 * Restricts the tokens of one answer. The engine's threads call it, one at a time; it should take no longer than
 * sampling does. An exception that it throws ends its own answer as failed.
 *
 * <p>Before each token the engine asks {@link #required} and, if the model has a choice, {@link #allowed}; afterwards
 * it reports the token to {@link #accept}. Both questions change nothing and may be asked again, or not at all.
 */
public interface TokenConstraint {
    /** Any token. */
    int ANY = -1;

    /** A mask without a word allows every token. */
    @SuppressWarnings("MutablePublicArray") // it has no element
    long[] ALL = {};

    /** Leaves every choice to the model. */
    TokenConstraint NONE = new TokenConstraint() {
        @Override
        public int required() {
            return ANY;
        }

        @Override
        public void accept(GeneratedToken token) {}
    };

    /**
     * The id that the next token must have, or {@link #ANY}. A required token takes no pass over the weights of its
     * own, unless its log probability is wanted.
     */
    int required();

    /**
     * The ids that the next token may have: bit {@code id % 64} of word {@code id / 64}. Ids beyond the array are
     * forbidden. Ids that end an answer count like all others. A required id has to be among them.
     *
     * @return {@link #ALL}, or a mask that stays as it is until the next call of {@link #accept}, not to be changed
     */
    default long[] allowed() {
        return ALL;
    }

    /** Whether the answer is finished: it ends here, without a token that says so. */
    default boolean complete() {
        return false;
    }

    /** The answer continues with this token, required or not. Not called for the token that ends an answer. */
    void accept(GeneratedToken token);

    /**
     * Both constraints on one answer. What either requires is required; if both require a token, this one's counts
     * first, and the other one has to allow it.
     */
    default TokenConstraint and(TokenConstraint other) {
        return new BothConstraints(this, other);
    }
}
