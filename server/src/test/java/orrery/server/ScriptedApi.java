package orrery.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The three APIs of conversations: how each asks the same, and what its answers say. */
enum ScriptedApi {
    CHAT("/v1/chat/completions", "/v1/chat/completions/input_tokens") {
        @Override
        void add(ObjectNode body, String question) {
            body.putArray("messages").addObject().put("role", "user").put("content", question);
        }

        @Override
        void addTool(ArrayNode tools, String name, JsonNode schema) {
            var function = tools.addObject().put("type", "function").putObject("function");
            function.put("name", name).set("parameters", schema);
        }

        @Override
        void limit(ObjectNode body, int tokens) {
            body.put("max_tokens", tokens);
        }

        @Override
        void oneCall(ObjectNode body) {
            body.put("parallel_tool_calls", false);
        }

        @Override
        ObjectNode streaming(ObjectNode body) {
            var streaming = super.streaming(body);
            streaming.putObject("stream_options").put("include_usage", true);
            return streaming;
        }

        @Override
        Said whole(JsonNode answer) {
            var choice = answer.at("/choices/0");
            var message = choice.get("message");
            var calls = new ArrayList<Call>();
            for (var call : message.path("tool_calls")) {
                calls.add(new Call(
                        call.get("id").stringValue(),
                        call.at("/function/name").stringValue(),
                        call.at("/function/arguments").stringValue()));
            }
            return new Said(
                    message.path("reasoning_content").asString(""),
                    message.get("content").asString(""),
                    calls,
                    choice.get("finish_reason").stringValue(),
                    answer.at("/usage/completion_tokens").intValue());
        }

        @Override
        Said streamed(List<JsonNode> events) {
            var pieces = new Pieces();
            String reason = "";
            int tokens = 0;
            for (var event : events) {
                tokens = event.at("/usage/completion_tokens").asInt(tokens);
                var choice = event.at("/choices/0");
                reason = choice.path("finish_reason").asString(reason);
                var delta = choice.path("delta");
                pieces.thought.append(delta.path("reasoning_content").asString(""));
                pieces.text.append(delta.path("content").asString(""));
                for (var call : delta.path("tool_calls")) {
                    int index = call.get("index").intValue();
                    if (call.has("id")) {
                        pieces.begin(
                                index,
                                call.get("id").stringValue(),
                                call.at("/function/name").stringValue());
                    }
                    pieces.arguments(index, call.at("/function/arguments").stringValue());
                }
            }
            return pieces.said(reason, tokens);
        }
    },
    RESPONSES("/v1/responses", "/v1/responses/input_tokens") {
        @Override
        void add(ObjectNode body, String question) {
            body.put("input", question);
        }

        @Override
        void addTool(ArrayNode tools, String name, JsonNode schema) {
            tools.addObject().put("type", "function").put("name", name).set("parameters", schema);
        }

        @Override
        void limit(ObjectNode body, int tokens) {
            body.put("max_output_tokens", tokens);
        }

        @Override
        void oneCall(ObjectNode body) {
            body.put("parallel_tool_calls", false);
        }

        @Override
        Said whole(JsonNode answer) {
            var pieces = new Pieces();
            int index = 0;
            for (var item : answer.get("output")) {
                switch (item.get("type").stringValue()) {
                    case "reasoning" ->
                        pieces.thought.append(item.at("/content/0/text").stringValue());
                    case "message" ->
                        pieces.text.append(item.at("/content/0/text").stringValue());
                    default -> {
                        pieces.begin(
                                index,
                                item.get("call_id").stringValue(),
                                item.get("name").stringValue());
                        pieces.arguments(index, item.get("arguments").stringValue());
                    }
                }
                index++;
            }
            return pieces.said(
                    answer.get("status").stringValue(),
                    answer.at("/usage/output_tokens").intValue());
        }

        @Override
        Said streamed(List<JsonNode> events) {
            var pieces = new Pieces();
            for (var event : events) {
                int index = event.path("output_index").asInt(0);
                var item = event.path("item");
                switch (event.get("type").stringValue()) {
                    case "response.reasoning_text.delta" ->
                        pieces.thought.append(event.get("delta").stringValue());
                    case "response.output_text.delta" ->
                        pieces.text.append(event.get("delta").stringValue());
                    case "response.output_item.added" -> {
                        if (item.has("call_id")) {
                            pieces.begin(
                                    index,
                                    item.get("call_id").stringValue(),
                                    item.get("name").stringValue());
                        }
                    }
                    case "response.function_call_arguments.delta" ->
                        pieces.arguments(index, event.get("delta").stringValue());
                    default -> {}
                }
            }
            var last = events.getLast().get("response");
            var said = pieces.said(
                    last.get("status").stringValue(),
                    last.at("/usage/output_tokens").intValue());
            org.assertj.core.api.Assertions.assertThat(whole(last)).isEqualTo(said);
            return said;
        }
    },
    MESSAGES("/v1/messages", "/v1/messages/count_tokens") {
        @Override
        void add(ObjectNode body, String question) {
            body.putArray("messages").addObject().put("role", "user").put("content", question);
        }

        @Override
        void addTool(ArrayNode tools, String name, JsonNode schema) {
            tools.addObject().put("name", name).set("input_schema", schema);
        }

        @Override
        void limit(ObjectNode body, int tokens) {
            body.put("max_tokens", tokens);
        }

        @Override
        void oneCall(ObjectNode body) {
            body.putObject("tool_choice").put("type", "auto").put("disable_parallel_tool_use", true);
        }

        @Override
        Said whole(JsonNode answer) {
            var pieces = new Pieces();
            int index = 0;
            for (var block : answer.get("content")) {
                switch (block.get("type").stringValue()) {
                    case "thinking" ->
                        pieces.thought.append(block.get("thinking").stringValue());
                    case "text" -> pieces.text.append(block.get("text").stringValue());
                    default -> {
                        pieces.begin(
                                index,
                                block.get("id").stringValue(),
                                block.get("name").stringValue());
                        pieces.arguments(index, block.get("input").toString());
                    }
                }
                index++;
            }
            return pieces.said(
                    answer.get("stop_reason").stringValue(),
                    answer.at("/usage/output_tokens").intValue());
        }

        @Override
        Said streamed(List<JsonNode> events) {
            var pieces = new Pieces();
            String reason = "";
            int tokens = 0;
            for (var event : events) {
                int index = event.path("index").asInt(0);
                switch (event.get("type").stringValue()) {
                    case "content_block_start" -> {
                        var block = event.get("content_block");
                        if (block.has("id")) {
                            pieces.begin(
                                    index,
                                    block.get("id").stringValue(),
                                    block.get("name").stringValue());
                        }
                    }
                    case "content_block_delta" -> {
                        var delta = event.get("delta");
                        pieces.thought.append(delta.path("thinking").asString(""));
                        pieces.text.append(delta.path("text").asString(""));
                        if (delta.has("partial_json")) {
                            pieces.arguments(index, delta.get("partial_json").stringValue());
                        }
                    }
                    case "message_delta" -> {
                        reason = event.at("/delta/stop_reason").stringValue();
                        tokens = event.at("/usage/output_tokens").intValue();
                    }
                    default -> {}
                }
            }
            return pieces.said(reason, tokens);
        }
    };

    static final String QUESTION = "How is Paris?";
    private static final Map<String, String> TOOLS = new TreeMap<>(Map.of(
            "get_weather", "{\"type\": \"object\", \"properties\": {\"city\": {\"type\": \"string\"}}}",
            "add", "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\"}}}"));

    final String path;
    final String countPath;

    ScriptedApi(String path, String countPath) {
        this.path = path;
        this.countPath = countPath;
    }

    /** A call, with its arguments as they were written. */
    record Call(String id, String name, String arguments) {}

    /**
     * What an answer says.
     *
     * @param reason why it ended, in the API's word
     * @param tokens how many it has
     */
    record Said(String thought, String text, List<Call> calls, String reason, int tokens) {

        /** Each call as its name and arguments, these in one form. */
        List<String> called() {
            return calls.stream()
                    .map(call -> call.name + " " + ScriptedServer.JSON.readTree(call.arguments))
                    .toList();
        }
    }

    private static final class Pieces {
        private final StringBuilder thought = new StringBuilder();
        private final StringBuilder text = new StringBuilder();
        private final Map<Integer, Call> calls = new TreeMap<>();

        void begin(int index, String id, String name) {
            if (calls.put(index, new Call(id, name, "")) != null) {
                throw new AssertionError("call " + index + " begins twice");
            }
        }

        void arguments(int index, String piece) {
            var call = calls.get(index);
            if (call == null) {
                throw new AssertionError("call " + index + " has not begun");
            }
            calls.put(index, new Call(call.id, call.name, call.arguments + piece));
        }

        Said said(String reason, int tokens) {
            return new Said(thought.toString(), text.toString(), List.copyOf(calls.values()), reason, tokens);
        }
    }

    abstract void add(ObjectNode body, String question);

    abstract void addTool(ArrayNode tools, String name, JsonNode schema);

    abstract void limit(ObjectNode body, int tokens);

    /** Asks for one call at most. */
    abstract void oneCall(ObjectNode body);

    abstract Said whole(JsonNode answer);

    abstract Said streamed(List<JsonNode> events);

    /** The same, streamed. */
    ObjectNode streaming(ObjectNode body) {
        return body.deepCopy().put("stream", true);
    }

    /** The question, with tools. */
    ObjectNode asking(JsonMapper json) {
        var body = json.createObjectNode().put("model", "scripted");
        add(body, QUESTION);
        var tools = body.putArray("tools");
        TOOLS.forEach((name, schema) -> addTool(tools, name, json.readTree(schema)));
        if (this == MESSAGES) {
            limit(body, 2000);
        }
        return body;
    }
}
