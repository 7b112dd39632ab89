package orrery.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.server.http.ApiException;
import orrery.token.ChatMessage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The conversation of {@code /v1/messages}: blocks of text, thinking, tool use and tool results. */
final class MessageFields {
    private MessageFields() {}

    /** Renders a body's conversation as a prompt. */
    static Prompt prompt(Body body, ServedModel model) {
        return Prompt.of(model, messages(body), tools(body), Thinking.variables(body));
    }

    private static List<ChatMessage> messages(Body body) {
        var messages = new ArrayList<ChatMessage>();
        body.find("system")
                .ifPresent(system -> messages.add(new ChatMessage("system", Messages.content("system", system))));
        var nodes = body.list("messages");
        if (nodes.isEmpty()) {
            throw ApiException.invalid("messages", "messages is missing or empty");
        }
        for (int i = 0; i < nodes.size(); i++) {
            add("messages[" + i + "]", nodes.get(i), messages);
        }
        return messages;
    }

    private static void add(String place, JsonNode node, List<ChatMessage> messages) {
        if (!(node instanceof ObjectNode message)) {
            throw Body.wrong(place, node, "an object with role and content");
        }
        var body = Body.of(place, message);
        String role = body.required("role");
        var content = body.find("content").orElseThrow(() -> body.missing("content"));
        if (!content.isString() && !content.isArray()) {
            throw Body.wrong(place + ".content", content, "a string or a list of blocks");
        }
        switch (role) {
            case "user" -> user(place + ".content", content, messages);
            case "assistant" -> messages.add(assistant(place + ".content", content));
            case "system" -> messages.add(new ChatMessage("system", Messages.content(place + ".content", content)));
            default ->
                throw ApiException.invalid(
                        place + ".role", place + ".role is '" + Shown.text(role) + "', expected user or assistant");
        }
    }

    /** Tool results come first, each as its own message; the user's text follows. */
    private static void user(String place, JsonNode content, List<ChatMessage> messages) {
        if (content.isString()) {
            messages.add(new ChatMessage("user", content.stringValue()));
            return;
        }
        var texts = new ArrayList<String>();
        for (int i = 0; i < content.size(); i++) {
            var block = block(place + "[" + i + "]", content.get(i));
            switch (block.required("type")) {
                case "text" -> texts.add(block.required("text"));
                case "tool_result" -> messages.add(result(place + "[" + i + "]", block));
                default -> throw notRead(place + "[" + i + "]", block);
            }
        }
        if (!texts.isEmpty()) {
            messages.add(new ChatMessage("user", String.join("\n", texts)));
        }
    }

    private static ChatMessage result(String place, Body body) {
        var content = body.find("content");
        String said = content.map(found -> Messages.content(place + ".content", found))
                .orElse("");
        boolean failed = body.flag("is_error", false);
        return new ChatMessage(
                "tool",
                failed && !said.startsWith("Error") ? "Error: " + said : said,
                Map.of("tool_call_id", body.required("tool_use_id")));
    }

    private static ChatMessage assistant(String place, JsonNode content) {
        if (content.isString()) {
            return new ChatMessage("assistant", content.stringValue());
        }
        var texts = new ArrayList<String>();
        var thoughts = new ArrayList<String>();
        var calls = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < content.size(); i++) {
            String at = place + "[" + i + "]";
            var block = block(at, content.get(i));
            switch (block.required("type")) {
                case "text" -> texts.add(block.required("text"));
                case "thinking" -> thoughts.add(block.required("thinking"));
                // Encrypted by its vendor; nothing here can read it.
                case "redacted_thinking" -> {}
                case "tool_use" -> calls.add(call(block));
                default -> throw notRead(at, block);
            }
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!thoughts.isEmpty()) {
            fields.put("reasoning_content", String.join("\n", thoughts));
        }
        if (!calls.isEmpty()) {
            fields.put("tool_calls", calls);
        }
        return new ChatMessage("assistant", String.join("\n", texts), fields);
    }

    private static Map<String, Object> call(Body block) {
        var input = block.object("input").orElseThrow(() -> block.missing("input"));
        return Map.of(
                "id",
                block.required("id"),
                "type",
                "function",
                "function",
                Map.of("name", block.required("name"), "arguments", JsonTree.map(input)));
    }

    private static Body block(String place, JsonNode node) {
        if (!(node instanceof ObjectNode block)) {
            throw Body.wrong(place, node, "an object with a type");
        }
        return Body.of(place, block);
    }

    private static ApiException notRead(String place, Body block) {
        return ApiException.invalid(
                place,
                place + " is of type '" + Shown.text(block.required("type")) + "', but the model reads text alone");
    }

    private static Tools tools(Body body) {
        var reading = new Tools.Reading();
        var nodes = body.list("tools");
        for (int i = 0; i < nodes.size(); i++) {
            String place = "tools[" + i + "]";
            var tool = block(place, nodes.get(i));
            String type = tool.text("type").orElse("");
            if (!type.isEmpty() && !type.equals("custom")) {
                // Only the vendor can run this tool, so leaving it out is harmless.
                continue;
            }
            var function = JsonTree.object();
            function.put("name", tool.required("name"));
            tool.text("description").ifPresent(said -> function.put("description", said));
            tool.object("input_schema").ifPresent(schema -> function.set("parameters", schema));
            reading.add(place, function, tool.flag("strict", false));
        }
        return reading.chosen(ToolChoice.anthropic(body));
    }
}
