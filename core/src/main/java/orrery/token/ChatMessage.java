package orrery.token;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One message of a conversation, as templates see it.
 *
 * @param role who speaks: {@code system}, {@code user}, {@code assistant}, {@code tool}
 * @param content the text; empty where the fields say everything
 * @param fields what else the message has, such as {@code tool_calls}, {@code tool_call_id}, {@code name} or
 *     {@code reasoning_content}: strings, numbers, booleans, null, maps with string keys, lists. A {@code content}
 *     among them takes the place of the text, for content in parts
 */
public record ChatMessage(String role, String content, Map<String, Object> fields) {

    public ChatMessage {
        if (fields.containsKey("role")) {
            throw new IllegalArgumentException("the role of a message is no further field");
        }
        // Map.copyOf would lose the order and refuse null, and templates print both.
        fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** A message of text alone. */
    public ChatMessage(String role, String content) {
        this(role, content, Map.of());
    }

    /**
     * All of it, by name.
     *
     * @param form of the content, where the fields have none
     */
    Map<String, Object> asMap(ContentForms.Form form) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", role);
        map.put("content", form.of(content));
        map.putAll(fields);
        return map;
    }
}
