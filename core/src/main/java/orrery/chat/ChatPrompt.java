package orrery.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.token.ChatMessage;

/**
 * A conversation in the form that a model's chat template takes. User text in it is not guarded yet.
 *
 * @param variables the template's variables, including {@code tools} if it supports them
 */
public record ChatPrompt(List<ChatMessage> messages, Map<String, Object> variables) {

    public ChatPrompt {
        messages = List.copyOf(messages);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }
}
