package orrery.token;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One message of a conversation, as templates see it.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content the text; empty if the fields contain everything
 * @param fields further fields, such as {@code tool_calls}, {@code tool_call_id}, {@code name} or
 *     {@code reasoning_content}: strings, numbers, booleans, null, maps with string keys, lists. A field
 *     {@code content} replaces the text, for content in parts
 */
public record ChatMessage(String role, String content, Map<String, Object> fields) {

    public ChatMessage {
        if (fields.containsKey("role")) {
            throw new IllegalArgumentException("the role of a message is no further field");
        }
        // Map.copyOf would lose the order and reject null, but templates print both.
        fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** A message with only a text. */
    public ChatMessage(String role, String content) {
        this(role, content, Map.of());
    }

    /**
     * All fields by name.
     *
     * @param form the form of the content, unless the fields contain it
     */
    Map<String, Object> asMap(ContentForms.Form form) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", role);
        map.put("content", form.of(content));
        map.putAll(fields);
        return map;
    }
}
