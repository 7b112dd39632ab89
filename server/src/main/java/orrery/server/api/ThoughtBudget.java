package orrery.server.api;

import orrery.chat.ChatParser;
import orrery.engine.GeneratedToken;
import orrery.engine.TokenConstraint;
import orrery.token.TextStream;

/**
 * Limits the reasoning tokens of a sequence: once they are used up, it forces the closing tag, after which the model
 * writes its answer. It finds reasoning with the same parser that produces the response. Reasoning that begins when
 * the budget is used up is closed at once.
 */
final class ThoughtBudget implements TokenConstraint {
    /** Bytes of the longest UTF-8 character after its first byte. */
    private static final int REST_OF_CHARACTER = 3;

    private final ChatParser parser;
    private final TextStream text;
    private final int[] tag;
    private final int most;

    /** Reasoning tokens so far, without the tags. */
    private int spent;

    /** Tokens of the closing tag that have been forced so far. */
    private int said;

    /**
     * @param parser a parser at the beginning of the sequence
     * @param text an empty stream of the model's tokenizer
     * @param tag the token ids that end reasoning
     * @param most the maximum number of reasoning tokens
     */
    ThoughtBudget(ChatParser parser, TextStream text, int[] tag, int most) {
        this.parser = parser;
        this.text = text;
        this.tag = tag;
        this.most = most;
    }

    @Override
    public int required() {
        if (!parser.thinking() || said == tag.length) {
            return ANY;
        }
        // A character that is cut in two would be lost.
        boolean cut = text.inCharacter() && spent - most < REST_OF_CHARACTER;
        return said > 0 || (spent >= most && !cut) ? tag[said] : ANY;
    }

    @Override
    public void accept(GeneratedToken token) {
        boolean thought = parser.thinking();
        boolean required = required() != ANY;
        parser.accept(token.id(), token.text());
        text.append(token.id());
        if (!parser.thinking()) {
            said = 0;
        } else if (required) {
            said++;
        } else if (thought) {
            spent++;
        }
    }
}
