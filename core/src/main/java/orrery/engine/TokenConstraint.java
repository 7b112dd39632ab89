package orrery.engine;

/**
 * What the tokens of one answer have to be, where that is not the model's choice alone. Called by the engine's threads,
 * by one at a time; it should take no longer than sampling does. Whatever it throws ends its own answer as failed.
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
     * The id that the next token must have, or {@link #ANY}. Changes nothing: it is asked again where a token was
     * guessed ahead.
     */
    int required();

    /** The answer goes on after this token, required or not. */
    void accept(GeneratedToken token);
}
