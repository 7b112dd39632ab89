package orrery.server.api;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import orrery.chat.ChatAnswer;
import orrery.chat.ChatEvent;
import orrery.engine.Engine;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/chat/completions}: the next message of a conversation. */
public final class ChatCompletions implements Endpoint {
    private final Api api;

    /** An endpoint for the models of {@code api}. */
    public ChatCompletions(Api api) {
        this.api = api;
    }

    @Override
    public void handle(Exchange exchange) {
        var body = api.read(exchange, Fields.CHAT);
        boolean several = body.flag("parallel_tool_calls", true);
        var prompt = prompt(body, api.model(exchange, body)).holding(TextForm.openAi(body), several);
        api.ignoredKeywords(exchange, prompt.held().map(Held::ignored).orElse(List.of()));
        int n = SamplingFields.answers(body);
        var engine = prompt.model().engine();
        var request = prompt.bounded(SamplingFields.request(body, prompt.ids(), engine), Thinking.budget(body));
        var tokens = body.tokens("max_completion_tokens");
        var limit = tokens.isPresent() ? tokens : body.tokens("max_tokens");
        if (limit.isPresent()) {
            request = request.withMaxTokens(limit.getAsInt());
        }
        var best = body.integer("top_logprobs", 0, 20);
        if (body.flag("logprobs", false)) {
            request = request.withLogprobs(best.orElse(0));
        } else if (best.orElse(0) > 0) {
            throw ApiException.invalid("top_logprobs", "top_logprobs needs logprobs: true");
        }
        var choices = new Answers(
                prompt.model(),
                UUID.randomUUID(),
                System.currentTimeMillis() / 1000,
                prompt.ids().length,
                logprobs(n, engine));
        api.generating(exchange, prompt.model(), "messages")
                .run(
                        Generating.times(request, n),
                        IntStream.range(0, n).mapToObj(_ -> prompt.reader()).toList(),
                        !several,
                        Choices.writer(exchange, choices, body));
    }

    /** Renders a body's conversation as a prompt. */
    static Prompt prompt(Body body, ServedModel model) {
        return Prompt.of(model, Messages.of(body), Tools.of(body), Thinking.variables(body));
    }

    private static List<ChatLogprobs> logprobs(int answers, Engine engine) {
        return IntStream.range(0, answers)
                .mapToObj(_ -> new ChatLogprobs(engine.tokenizer()))
                .toList();
    }

    /** Answers as messages. */
    private record Answers(ServedModel model, UUID id, long created, int promptTokens, List<ChatLogprobs> logprobs)
            implements Choices {
        @Override
        public int count() {
            return logprobs.size();
        }

        @Override
        public ObjectNode frame(boolean streamed) {
            var frame = JsonTree.object();
            frame.put("id", "chatcmpl-" + id);
            frame.put("object", streamed ? "chat.completion.chunk" : "chat.completion");
            frame.put("created", created);
            frame.put("model", model.name());
            return frame;
        }

        @Override
        public String field(boolean streamed) {
            return streamed ? "delta" : "message";
        }

        @Override
        public JsonNode nothing() {
            return JsonTree.object();
        }

        @Override
        public Optional<JsonNode> opening() {
            return Optional.of(JsonTree.object().put("role", "assistant").put("content", ""));
        }

        @Override
        public List<JsonNode> pieces(int answer, List<ChatEvent> events) {
            return events.stream()
                    .map(Answers::delta)
                    .filter(delta -> !delta.isEmpty())
                    .toList();
        }

        @Override
        public JsonNode whole(int answer, List<ChatEvent> events) {
            return message(ChatAnswer.of(events));
        }

        @Override
        public Logprobs logprobs(int answer) {
            return logprobs.get(answer);
        }

        private static JsonNode delta(ChatEvent event) {
            var delta = JsonTree.object();
            switch (event) {
                case ChatEvent.Thought(String text) -> {
                    delta.put("reasoning_content", text);
                    delta.put("reasoning", text);
                }
                case ChatEvent.Text(String text) -> delta.put("content", text);
                case ChatEvent.CallBegun(int index, String id, String name) -> {
                    var call = delta.putArray("tool_calls").addObject();
                    call.put("index", index);
                    call.put("id", id);
                    call.put("type", "function");
                    call.putObject("function").put("name", name).put("arguments", "");
                }
                case ChatEvent.Arguments(int index, String piece) -> {
                    var call = delta.putArray("tool_calls").addObject();
                    call.put("index", index);
                    call.putObject("function").put("arguments", piece);
                }
                case ChatEvent.CallEnded _ -> {}
            }
            return delta;
        }

        private static ObjectNode message(ChatAnswer said) {
            var message = JsonTree.object();
            message.put("role", "assistant");
            if (said.text().isEmpty() && !said.calls().isEmpty()) {
                message.putNull("content");
            } else {
                message.put("content", said.text());
            }
            if (!said.thought().isEmpty()) {
                message.put("reasoning_content", said.thought());
                message.put("reasoning", said.thought());
            }
            if (!said.calls().isEmpty()) {
                var calls = message.putArray("tool_calls");
                for (var call : said.calls()) {
                    var object = calls.addObject();
                    object.put("id", call.id());
                    object.put("type", "function");
                    object.putObject("function").put("name", call.name()).put("arguments", call.arguments());
                }
            }
            return message;
        }
    }
}
