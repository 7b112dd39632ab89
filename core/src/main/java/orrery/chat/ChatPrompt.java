package orrery.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.token.ChatMessage;

/**
 * A conversation as a model's chat template takes it. What users wrote in it is not guarded yet.
 *
 * @param variables of the template, {@code tools} among them if it takes some
 */
public record ChatPrompt(List<ChatMessage> messages, Map<String, Object> variables) {

    public ChatPrompt {
        messages = List.copyOf(messages);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }
}
