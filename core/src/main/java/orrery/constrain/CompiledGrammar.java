package orrery.constrain;

/**
 * A grammar together with the vocabulary in whose tokens answers are written. Its states and masks are made when they are
 * first needed, and kept for all answers; several threads may use it.
 */
public final class CompiledGrammar {
    private final Grammar grammar;
    private final TokenTrie vocabulary;
    private final CompileLimits limits;
    private StateStore store;

    private CompiledGrammar(Grammar grammar, TokenTrie vocabulary, CompileLimits limits) {
        this.grammar = grammar;
        this.vocabulary = vocabulary;
        this.limits = limits;
        store = new StateStore(grammar, limits);
    }

    /**
     * Compiles a grammar on the caller's thread.
     *
     * @throws GrammarException if no answer follows the grammar, or it exceeds the limits
     */
    public static CompiledGrammar compile(Grammar grammar, TokenTrie vocabulary, CompileLimits limits) {
        return new CompiledGrammar(grammar, vocabulary, limits);
    }

    /** What follows the grammar's answer from its beginning on. */
    public GrammarMatcher matcher() {
        return new GrammarMatcher(this);
    }

    CompileLimits limits() {
        return limits;
    }

    TokenTrie vocabulary() {
        return vocabulary;
    }

    /** The store to use from now on: a new one, if the last one is half full. */
    synchronized StateStore store() {
        if (store.isHalfFull()) {
            store = new StateStore(grammar, limits);
        }
        return store;
    }
}
