package orrery.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.chat.ChatAnswer;
import orrery.token.ChatMessage;

/** What was said so far. */
final class Conversation {
    private final List<ChatMessage> turns = new ArrayList<>();
    private Optional<String> system = Optional.empty();

    /** Replaces what the model is told before anything else; empty text takes it away. */
    void system(String text) {
        system = text.isBlank() ? Optional.empty() : Optional.of(text);
    }

    /** Forgets what was said, but for the system message. */
    void reset() {
        turns.clear();
    }

    /** Everything, and a further message of the user. */
    List<ChatMessage> asking(String text) {
        var messages = messages();
        messages.add(new ChatMessage("user", text));
        return messages;
    }

    /** Takes a question and its answer; a turn that failed is never taken. */
    void add(String question, ChatAnswer answer) {
        turns.add(new ChatMessage("user", question));
        // The template decides what becomes of a thought: most drop those of earlier turns.
        Map<String, Object> fields =
                answer.thought().isEmpty() ? Map.of() : Map.of("reasoning_content", answer.thought());
        turns.add(new ChatMessage("assistant", answer.text(), fields));
    }

    private List<ChatMessage> messages() {
        List<ChatMessage> messages = new ArrayList<>();
        system.ifPresent(text -> messages.add(new ChatMessage("system", text)));
        messages.addAll(turns);
        return messages;
    }

    /** Questions that were answered. */
    int answers() {
        return turns.size() / 2;
    }

    /** For programs: the messages as chat APIs write them. */
    Map<String, Object> data() {
        var data = new LinkedHashMap<String, Object>();
        data.put(
                "messages",
                messages().stream()
                        .map(message -> {
                            var one = new LinkedHashMap<String, Object>();
                            one.put("role", message.role());
                            one.put("content", message.content());
                            one.putAll(message.fields());
                            return one;
                        })
                        .toList());
        return data;
    }
}
