package orrery.engine;

/**
 * Prescribes tokens of one answer that the model must not choose itself. The engine's threads call it, one at a time;
 * it should take no longer than sampling does. An exception that it throws ends its own answer as failed.
 */
public interface TokenConstraint {
    /** Any token. */
    int ANY = -1;

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
     * The id that the next token must have, or {@link #ANY}. Changes nothing: it is called again after a draft token.
     */
    int required();

    /** The answer continues with this token, required or not. */
    void accept(GeneratedToken token);
}
