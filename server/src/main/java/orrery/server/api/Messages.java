package orrery.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.server.http.ApiException;
import orrery.token.ChatMessage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Converts the {@code messages} of {@code /v1/chat/completions} for the chat format. */
final class Messages {
    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

    private Messages() {}

    /** Requires at least one message. A model without vision refuses images and names their place. */
    static List<ChatMessage> of(Body body) {
        var messages = new ArrayList<ChatMessage>();
        var nodes = body.list("messages");
        if (nodes.isEmpty()) {
            throw ApiException.invalid("messages", "messages is missing or empty");
        }
        for (int i = 0; i < nodes.size(); i++) {
            messages.add(message("messages[" + i + "]", nodes.get(i)));
        }
        return messages;
    }

    private static ChatMessage message(String place, JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw Body.wrong(place, node, "an object with role and content");
        }
        var body = Body.of(place, object);
        String given = body.required("role");
        String role = given.equals("developer") ? "system" : given;
        if (!ROLES.contains(role)) {
            throw ApiException.invalid(
                    place + ".role",
                    place + ".role is '" + Shown.text(role) + "', expected system, developer, user, assistant or tool");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        object.properties().forEach(entry -> {
            if (!entry.getKey().equals("role")
                    && !entry.getKey().equals("content")
                    && !entry.getValue().isNull()) {
                fields.put(entry.getKey(), JsonTree.plain(entry.getValue()));
            }
        });
        if (role.equals("tool") && !fields.containsKey("tool_call_id")) {
            throw body.missing("tool_call_id");
        }
        String content = body.find("content")
                .map(found -> content(place + ".content", found))
                .orElse("");
        if (content.isEmpty() && body.find("content").isEmpty() && !role.equals("assistant")) {
            throw body.missing("content");
        }
        return new ChatMessage(role, content, fields);
    }

    /** A text, or text parts, which become separate paragraphs. */
    static String content(String place, JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        if (!node.isArray()) {
            throw Body.wrong(place, node, "a string or a list of parts");
        }
        var texts = new ArrayList<String>();
        for (int i = 0; i < node.size(); i++) {
            var part = node.get(i);
            String at = place + "[" + i + "]";
            if (!(part instanceof ObjectNode object)) {
                throw Body.wrong(at, part, "an object with a type and a text");
            }
            var body = Body.of(at, object);
            String type = body.required("type");
            if (!Set.of("text", "refusal", "input_text", "output_text").contains(type)) {
                throw ApiException.invalid(
                        at, at + " is of type '" + Shown.text(type) + "', but the model reads text alone");
            }
            texts.add(body.required(type.equals("refusal") ? "refusal" : "text"));
        }
        return String.join("\n", texts);
    }
}
