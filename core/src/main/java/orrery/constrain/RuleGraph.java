package orrery.constrain;

/**
 * The rules of a grammar as a graph of positions: before each position a part of the rule has been read. Only positions
 * from which the rule can be completed are reached.
 *
 * @param edgesFrom the first edge of each position, with one more entry at the end
 * @param kinds what each edge reads
 * @param symbols the lexeme or the rule that each edge reads
 * @param targets the position behind each edge
 * @param ends whether the rule may be complete at each position
 * @param loops the counted repetition that starts at each position, or -1
 * @param starts the first position of each rule
 * @param nullableRules the rules that may be the empty text
 * @param lexemes the expression of each lexeme
 * @param repetitions the counted repetitions
 */
record RuleGraph(
        int[] edgesFrom,
        byte[] kinds,
        int[] symbols,
        int[] targets,
        boolean[] ends,
        int[] loops,
        int[] starts,
        boolean[] nullableRules,
        int[] lexemes,
        Repetition[] repetitions) {
    /** An edge that reads nothing. */
    static final byte SKIP = 0;

    /** An edge that reads a lexeme. */
    static final byte LEXEME = 1;

    /** An edge that reads a rule. */
    static final byte RULE = 2;

    /**
     * A counted repetition: a rule of its own with one position.
     *
     * @param part the rule that is repeated; it does not count when it is the empty text
     */
    record Repetition(int part, int least, int most) {
        /** The count after one more time; from the lower bound on it does not matter if there is no upper bound. */
        int after(int count) {
            return most == Regex.UNBOUNDED ? Math.min(count + 1, least) : count + 1;
        }
    }

    /** Whether nothing is left to read at a position, so that its rule ends like the one that is read before it. */
    boolean isLast(int position) {
        return ends[position] && loops[position] < 0 && edgesFrom[position] == edgesFrom[position + 1];
    }
}
