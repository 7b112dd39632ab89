package orrery.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.server.http.ApiException;
import orrery.token.ChatMessage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The conversation of {@code /v1/responses}: instructions, and items that are messages, calls or call outputs. */
final class ResponseInput {
    private final List<ChatMessage> messages = new ArrayList<>();
    private final List<Map<String, Object>> calls = new ArrayList<>();
    private String said = "";
    private String thought = "";
    private boolean answering;

    private ResponseInput() {}

    /** Renders a body's conversation as a prompt. */
    static Prompt prompt(Body body, ServedModel model) {
        return Prompt.of(model, new ResponseInput().read(body), tools(body), Thinking.variables(body));
    }

    private List<ChatMessage> read(Body body) {
        body.text("instructions").ifPresent(text -> messages.add(new ChatMessage("system", text)));
        var input = body.find("input").orElseThrow(() -> ApiException.invalid("input", "input is missing"));
        if (input.isString()) {
            messages.add(new ChatMessage("user", input.stringValue()));
            return messages;
        }
        var items = body.list("input");
        if (items.isEmpty()) {
            throw ApiException.invalid("input", "input is empty");
        }
        for (int i = 0; i < items.size(); i++) {
            add("input[" + i + "]", items.get(i));
        }
        endAnswer();
        return messages;
    }

    private void add(String place, JsonNode node) {
        if (!(node instanceof ObjectNode item)) {
            throw Body.wrong(place, node, "an object with a type or a role");
        }
        var body = Body.of(place, item);
        switch (body.text("type").orElse("message")) {
            case "message" -> message(place, body);
            case "reasoning" -> {
                answering = true;
                thought = reasoning(body);
            }
            case "function_call" -> {
                answering = true;
                String own = body.required("name");
                String name = body.text("namespace")
                        .map(namespace -> Tools.nameWithin(namespace, own))
                        .orElse(own);
                calls.add(Map.of(
                        "id",
                        body.required("call_id"),
                        "type",
                        "function",
                        "function",
                        Map.of("name", name, "arguments", body.required("arguments"))));
            }
            case "function_call_output" -> {
                endAnswer();
                var output = body.find("output").orElseThrow(() -> body.missing("output"));
                messages.add(new ChatMessage(
                        "tool",
                        Messages.content(place + ".output", output),
                        Map.of("tool_call_id", body.required("call_id"))));
            }
            default ->
                throw ApiException.invalid(
                        place,
                        place + " is of type '" + Shown.text(body.text("type").orElse(""))
                                + "', expected message, reasoning, function_call or function_call_output");
        }
    }

    private void message(String place, Body body) {
        String role = body.required("role");
        var content = body.find("content")
                .map(node -> Messages.content(place + ".content", node))
                .orElseThrow(() -> body.missing("content"));
        switch (role) {
            case "assistant" -> {
                if (!said.isEmpty() || !calls.isEmpty()) {
                    endAnswer();
                }
                answering = true;
                said = content;
            }
            case "user", "system", "developer" -> {
                endAnswer();
                messages.add(new ChatMessage(role.equals("developer") ? "system" : role, content));
            }
            default ->
                throw ApiException.invalid(
                        place + ".role",
                        place + ".role is '" + Shown.text(role) + "', expected user, assistant, system or developer");
        }
    }

    /** Consecutive reasoning, text and call items form one answer. */
    private void endAnswer() {
        if (!answering) {
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!thought.isEmpty()) {
            fields.put("reasoning_content", thought);
        }
        if (!calls.isEmpty()) {
            fields.put("tool_calls", List.copyOf(calls));
        }
        messages.add(new ChatMessage("assistant", said, fields));
        said = "";
        thought = "";
        calls.clear();
        answering = false;
    }

    private static String reasoning(Body body) {
        var texts = new ArrayList<String>();
        for (String list : List.of("content", "summary")) {
            for (var part : body.list(list)) {
                if (texts.isEmpty()
                        && part.isObject()
                        && part.has("text")
                        && part.get("text").isString()) {
                    texts.add(part.get("text").stringValue());
                }
            }
        }
        return String.join("\n", texts);
    }

    private static Tools tools(Body body) {
        var tools = new ResponseTools();
        var nodes = body.list("tools");
        for (int i = 0; i < nodes.size(); i++) {
            tools.add("tools[" + i + "]", nodes.get(i));
        }
        return tools.chosen(ToolChoice.openAi(body));
    }
}
