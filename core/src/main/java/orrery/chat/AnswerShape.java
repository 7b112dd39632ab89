package orrery.chat;

import java.util.List;
import java.util.Optional;
import orrery.constrain.Grammar;

/** What an answer has to be, behind its reasoning, which stays free: {@link ChatFormat#grammar}. */
public sealed interface AnswerShape {
    /**
     * A tool that may be called.
     *
     * @param arguments what its arguments may be: a JSON object
     */
    record Tool(String name, Grammar arguments) {}

    /** A text that follows a grammar. */
    record Text(Grammar grammar) implements AnswerShape {}

    /**
     * Calls of tools, at least one, and nothing else.
     *
     * @param several whether there may be more than one, if the format can write several
     * @param instead what the answer may be if it has no call; empty if it must have one
     */
    record Calls(List<Tool> tools, boolean several, Optional<Grammar> instead) implements AnswerShape {
        public Calls {
            tools = List.copyOf(tools);
            if (tools.isEmpty()) {
                throw new IllegalArgumentException("calls without a tool");
            }
        }
    }

    /**
     * Any text, and calls behind it, or either of them.
     *
     * @param several whether there may be more than one call, if the format can write several
     */
    record TextAndCalls(List<Tool> tools, boolean several) implements AnswerShape {
        public TextAndCalls {
            tools = List.copyOf(tools);
            if (tools.isEmpty()) {
                throw new IllegalArgumentException("calls without a tool");
            }
        }
    }

    /** The tools that it allows to call. */
    default List<Tool> callable() {
        return switch (this) {
            case Text _ -> List.of();
            case Calls calls -> calls.tools();
            case TextAndCalls calls -> calls.tools();
        };
    }
}
