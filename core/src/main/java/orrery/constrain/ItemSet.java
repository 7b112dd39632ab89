package orrery.constrain;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may follow at a border of lexemes, with all that surrounds it: a set of Earley's parser
 * (doi:10.1145/362007.362035). Sets with equal content are one object.
 */
final class ItemSet {
    /**
     * What distinguishes a set from others.
     *
     * @param accepting whether the bytes so far are a whole answer
     * @param afterLexeme the items behind each lexeme that may begin here, in order
     * @param returns how to go on when a rule that begins here is complete
     */
    record Content(boolean accepting, Map<Integer, List<Item>> afterLexeme, Returns returns) {}

    final int serial;
    final Content content;

    private @Nullable LexerState start;

    ItemSet(int serial, Content content) {
        this.serial = serial;
        this.content = content;
    }

    List<Item> afterLexeme(int lexeme) {
        return content.afterLexeme.getOrDefault(lexeme, List.of());
    }

    /** The lexer's state before the first byte of a lexeme. */
    LexerState start(LexerStates states, RuleGraph graph) {
        LexerState known = start;
        if (known == null) {
            int[] lexemes = content.afterLexeme.keySet().stream()
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
