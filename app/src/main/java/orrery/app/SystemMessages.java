package orrery.app;

import java.util.Arrays;
import java.util.List;
import orrery.engine.Engine;
import orrery.token.ChatMessage;

/** Some chat templates silently ignore the system message. */
final class SystemMessages {
    private SystemMessages() {}

    /** Whether the prompt would be the same without the conversation's system message; false if it has none. */
    static boolean leftOut(Engine engine, List<ChatMessage> messages) {
        if (messages.size() < 2 || !messages.getFirst().role().equals("system")) {
            return false;
        }
        return Arrays.equals(engine.promptOf(messages), engine.promptOf(messages.subList(1, messages.size())));
    }
}
