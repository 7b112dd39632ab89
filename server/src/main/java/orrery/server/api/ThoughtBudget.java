package orrery.server.api;

import orrery.chat.ChatParser;
import orrery.engine.GeneratedToken;
import orrery.engine.TokenConstraint;
import orrery.token.TextStream;

/**
 * Ends the thoughts of an answer by their closing tag once they have had so many tokens; the answer goes on behind it.
 * A thought is what the answer's reader takes for one: both read the same tokens with the same parser. A thought that
 * begins when nothing is left ends at once.
 */
final class ThoughtBudget implements TokenConstraint {
    /** Bytes that the longest character of UTF-8 has beyond its first. */
    private static final int REST_OF_CHARACTER = 3;

    private final ChatParser parser;
    private final TextStream text;
    private final int[] tag;
    private final int most;

    /** Tokens of thoughts so far, the tags left out. */
    private int spent;

    /** Tokens of the tag that were required since the thought had to end. */
    private int said;

    /**
     * @param parser at the beginning of the answer
     * @param text an empty one, of the model's tokenizer
     * @param tag the ids that end a thought
     * @param most tokens of thoughts
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
        // A character that was cut in two would be lost.
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
