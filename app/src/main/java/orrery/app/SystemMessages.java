package orrery.app;

import java.util.Arrays;
import java.util.List;
import orrery.engine.Engine;
import orrery.token.ChatMessage;

/** Some chat templates skip the system message without a word. */
final class SystemMessages {
    private SystemMessages() {}

    /**
     * Whether the prompt would be the same without the system message that the conversation begins with; false if it
     * has none.
     */
    static boolean leftOut(Engine engine, List<ChatMessage> messages) {
        if (messages.size() < 2 || !messages.getFirst().role().equals("system")) {
            return false;
        }
        return Arrays.equals(engine.promptOf(messages), engine.promptOf(messages.subList(1, messages.size())));
    }
}
