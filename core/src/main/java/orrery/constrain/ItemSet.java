package orrery.constrain;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may follow at a border of lexemes, with all that surrounds it: a set of Earley's parser
 * (doi:10.1145/362007.362035). Sets refer to older ones; those with equal items are one object.
 */
final class ItemSet {
    /** As an item's origin: the set that the item is in. */
    static final ItemSet HERE = new ItemSet(-1, List.of(), false, Map.of(), Map.of());

    final int serial;

    /** The items from which all others of the set follow. */
    final List<Item> kernel;

    /** Whether the bytes so far are a whole answer. */
    final boolean accepting;

    /** The items behind each lexeme that may begin here. */
    final Map<Integer, List<Item>> afterLexeme;

    /** The items that go on when a rule that begins here is complete; without origins of their own. */
    final Map<Integer, List<Item>> afterRule;

    private @Nullable LexerState start;

    ItemSet(
            int serial,
            List<Item> kernel,
            boolean accepting,
            Map<Integer, List<Item>> afterLexeme,
            Map<Integer, List<Item>> afterRule) {
        this.serial = serial;
        this.kernel = kernel;
        this.accepting = accepting;
        this.afterLexeme = afterLexeme;
        this.afterRule = afterRule;
    }

    /** The lexer's state before the first byte of a lexeme. */
    LexerState start(LexerStates states, RuleGraph graph) {
        LexerState known = start;
        if (known == null) {
            int[] lexemes = afterLexeme.keySet().stream()
                    .mapToInt(Integer::intValue)
                    .sorted()
                    .toArray();
            known = states.start(
                    lexemes,
                    Arrays.stream(lexemes)
                            .map(lexeme -> graph.lexemes()[lexeme])
                            .toArray());
            start = known;
        }
        return known;
    }
}
