package orrery.constrain;

/**
 * A grammar together with the vocabulary in whose tokens answers are written. Its states and masks are made when they
 * are first needed, and kept for all answers; several threads may use it.
 */
public final class CompiledGrammar {
    /** Up to which size a regular rule is read by the lexer alone. */
    private static final int LARGEST_LEXEME = 100;

    private final Grammar grammar;
    private final TokenTrie vocabulary;
    private final CompileLimits limits;
    private final int largestLexeme;
    private StateStore store;

    private CompiledGrammar(Grammar grammar, TokenTrie vocabulary, CompileLimits limits, int largestLexeme) {
        this.largestLexeme = largestLexeme;
        this.grammar = grammar;
        this.vocabulary = vocabulary;
        this.limits = limits;
        store = new StateStore(grammar, limits, largestLexeme);
    }

    /**
     * Compiles a grammar on the caller's thread.
     *
     * @throws GrammarException if no answer follows the grammar, or it exceeds the limits
     */
    public static CompiledGrammar compile(Grammar grammar, TokenTrie vocabulary, CompileLimits limits) {
        return compile(grammar, vocabulary, limits, LARGEST_LEXEME);
    }

    static CompiledGrammar compile(Grammar grammar, TokenTrie vocabulary, CompileLimits limits, int largestLexeme) {
        return new CompiledGrammar(grammar, vocabulary, limits, largestLexeme);
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
            store = new StateStore(grammar, limits, largestLexeme);
        }
        return store;
    }
}
