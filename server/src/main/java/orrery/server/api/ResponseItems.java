package orrery.server.api;

import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import orrery.chat.ChatEvent;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output items of {@code /v1/responses}: reasoning, a message, calls. A listener gets every change as one of that
 * API's events.
 */
final class ResponseItems {
    private enum Kind {
        NONE,
        REASONING,
        MESSAGE,
        CALL
    }

    private final Map<String, String> namespaces;
    private final BiConsumer<String, ObjectNode> listener;
    private final ArrayNode output = JsonTree.array();
    private final StringBuilder text = new StringBuilder();
    private Kind kind = Kind.NONE;
    private ObjectNode item = JsonTree.object();

    /**
     * @param namespaces of tools, by the names that the model was told
     * @param listener takes an event's type and its fields
     */
    ResponseItems(Map<String, String> namespaces, BiConsumer<String, ObjectNode> listener) {
        this.namespaces = namespaces;
        this.listener = listener;
    }

    /** The complete items. */
    ArrayNode output() {
        return output;
    }

    void accept(ChatEvent event) {
        switch (event) {
            case ChatEvent.Thought(String piece) -> {
                begin(Kind.REASONING);
                append("response.reasoning_text.delta", piece);
            }
            case ChatEvent.Text(String piece) -> {
                begin(Kind.MESSAGE);
                append("response.output_text.delta", piece);
            }
            case ChatEvent.CallBegun(int _, String id, String name) -> {
                end(true);
                kind = Kind.CALL;
                item = item("fc_", "function_call").put("call_id", id);
                String namespace = namespaces.getOrDefault(name, "");
                if (namespace.isEmpty()) {
                    item.put("name", name);
                } else {
                    item.put("name", Tools.ownName(namespace, name)).put("namespace", namespace);
                }
                item.put("arguments", "").put("status", "in_progress");
                added();
            }
            case ChatEvent.Arguments(int _, String piece) -> append("response.function_call_arguments.delta", piece);
            case ChatEvent.CallEnded(int _, boolean complete) -> end(complete);
        }
    }

    private static ObjectNode item(String prefix, String type) {
        return JsonTree.object()
                .put("id", prefix + UUID.randomUUID().toString().replace("-", ""))
                .put("type", type);
    }

    private void begin(Kind wanted) {
        if (kind == wanted) {
            return;
        }
        end(true);
        kind = wanted;
        if (wanted == Kind.REASONING) {
            item = item("rs_", "reasoning");
            item.putArray("summary");
            item.putArray("content");
            item.put("status", "in_progress");
        } else {
            item = item("msg_", "message").put("role", "assistant").put("status", "in_progress");
            item.putArray("content");
        }
        added();
        var part = at();
        part.set("part", part(""));
        listener.accept("response.content_part.added", part);
    }

    private ObjectNode part(String whole) {
        if (kind == Kind.REASONING) {
            return JsonTree.object().put("type", "reasoning_text").put("text", whole);
        }
        var part = JsonTree.object().put("type", "output_text").put("text", whole);
        part.putArray("annotations");
        part.putArray("logprobs");
        return part;
    }

    private void added() {
        var event = JsonTree.object().put("output_index", output.size());
        event.set("item", item.deepCopy());
        listener.accept("response.output_item.added", event);
    }

    /** The event fields that locate the item that changed. */
    private ObjectNode at() {
        var place =
                JsonTree.object().put("item_id", item.get("id").stringValue()).put("output_index", output.size());
        return kind == Kind.CALL ? place : place.put("content_index", 0);
    }

    private void append(String type, String piece) {
        text.append(piece);
        var event = at().put("delta", piece);
        if (kind == Kind.MESSAGE) {
            event.putArray("logprobs");
        }
        listener.accept(type, event);
    }

    /** Ends the open item, if there is one. */
    void end(boolean complete) {
        if (kind == Kind.NONE) {
            return;
        }
        String whole = text.toString();
        switch (kind) {
            case CALL -> {
                item.put("arguments", whole);
                listener.accept(
                        "response.function_call_arguments.done",
                        at().put("name", item.get("name").stringValue()).put("arguments", whole));
            }
            case REASONING, MESSAGE -> {
                var done = at().put("text", whole);
                if (kind == Kind.MESSAGE) {
                    done.putArray("logprobs");
                }
                listener.accept(
                        kind == Kind.MESSAGE ? "response.output_text.done" : "response.reasoning_text.done", done);
                var part = at();
                part.set("part", part(whole));
                listener.accept("response.content_part.done", part);
                ((ArrayNode) item.get("content")).add(part(whole));
            }
            case NONE -> {}
        }
        item.put("status", complete ? "completed" : "incomplete");
        var event = JsonTree.object().put("output_index", output.size());
        event.set("item", item);
        output.add(item.deepCopy());
        listener.accept("response.output_item.done", event);
        text.setLength(0);
        kind = Kind.NONE;
    }
}
