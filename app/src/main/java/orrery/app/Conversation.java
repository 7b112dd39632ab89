package orrery.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.chat.ChatAnswer;
import orrery.token.ChatMessage;

/** The messages so far. */
final class Conversation {
    private final List<ChatMessage> turns = new ArrayList<>();
    private Optional<String> system = Optional.empty();

    /** Replaces the system message; empty text removes it. */
    void system(String text) {
        system = text.isBlank() ? Optional.empty() : Optional.of(text);
    }

    /** Removes all messages except the system message. */
    void reset() {
        turns.clear();
    }

    /** All messages, and a further message of the user. */
    List<ChatMessage> asking(String text) {
        var messages = messages();
        messages.add(new ChatMessage("user", text));
        return messages;
    }

    /** Adds a question and its answer; a failed turn is never added. */
    void add(String question, ChatAnswer answer) {
        turns.add(new ChatMessage("user", question));
        // The template decides about reasoning: most drop that of earlier turns.
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

    /** The number of answered questions. */
    int answers() {
        return turns.size() / 2;
    }

    /** As data for JSON: messages in the form of chat APIs. */
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
