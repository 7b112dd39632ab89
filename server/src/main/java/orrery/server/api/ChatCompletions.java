package orrery.server.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import orrery.chat.ChatAnswer;
import orrery.chat.ChatEvent;
import orrery.engine.FinishReason;
import orrery.engine.GeneratedToken;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
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
        var prompt = prompt(body, api.model(exchange, body));
        requireText(body);
        if (prompt.tools().strict()) {
            api.ignored(exchange, "tools.function.strict");
        }
        int n = SamplingFields.answers(body);
        var engine = prompt.model().engine();
        var request = SamplingFields.request(body, prompt.ids(), engine);
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
        var form = new Form(
                prompt.model(),
                "chatcmpl-" + UUID.randomUUID(),
                System.currentTimeMillis() / 1000,
                prompt.ids().length);
        boolean usage = OpenAiStream.includesUsage(body);
        Generating.Writer writer =
                body.flag("stream", false) ? new Streaming(exchange, form, n, usage) : new Whole(exchange, form, n);
        api.generating(exchange, prompt.model(), "messages")
                .run(
                        Generating.times(request, n),
                        IntStream.range(0, n).mapToObj(_ -> prompt.reader()).toList(),
                        !body.flag("parallel_tool_calls", true),
                        writer);
    }

    /** Renders a body's conversation as a prompt. */
    static Prompt prompt(Body body, ServedModel model) {
        return Prompt.of(model, Messages.of(body), Tools.of(body), variables(body));
    }

    private static Map<String, Object> variables(Body body) {
        Map<String, Object> variables = new LinkedHashMap<>();
        body.text("reasoning_effort").ifPresent(effort -> {
            variables.put("reasoning_effort", effort);
            if (effort.equals("none")) {
                variables.put("enable_thinking", false);
            }
        });
        body.object("chat_template_kwargs").ifPresent(given -> variables.putAll(JsonTree.map(given)));
        return variables;
    }

    private static void requireText(Body body) {
        body.inner("response_format").ifPresent(format -> {
            String type = format.text("type").orElse("");
            if (!type.equals("text")) {
                throw ApiException.invalid(
                        "response_format",
                        "response_format is of type '" + Shown.text(type)
                                + "', expected text: the form of an answer cannot be held yet");
            }
        });
    }

    /** What all chunks of a stream, or the whole answer, have in common. */
    private record Form(ServedModel model, String id, long created, int promptTokens) {
        ObjectNode frame(String kind) {
            var frame = JsonTree.object();
            frame.put("id", id);
            frame.put("object", kind);
            frame.put("created", created);
            frame.put("model", model.name());
            return frame;
        }
    }

    private static String reason(Generating.End end) {
        if (end.calls() && end.reason() == FinishReason.STOP) {
            return "tool_calls";
        }
        return end.reason() == FinishReason.LENGTH ? "length" : "stop";
    }

    private static final class Streaming implements Generating.Writer {
        private final OpenAiStream stream;
        private final Form form;
        private final boolean usage;
        private final List<ChatLogprobs> logprobs = new ArrayList<>();

        Streaming(Exchange exchange, Form form, int answers, boolean usage) {
            stream = new OpenAiStream(exchange);
            this.form = form;
            this.usage = usage;
            for (int i = 0; i < answers; i++) {
                logprobs.add(new ChatLogprobs(form.model().engine().tokenizer()));
            }
        }

        @Override
        public void begun() {
            stream.open();
            for (int i = 0; i < logprobs.size(); i++) {
                var delta = JsonTree.object();
                delta.put("role", "assistant");
                delta.put("content", "");
                chunk(i, delta, "");
            }
        }

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> events) {
            logprobs.get(answer).add(token);
            for (var event : events) {
                chunk(answer, delta(event), "");
            }
            if (events.isEmpty() && !logprobs.get(answer).isEmpty()) {
                chunk(answer, JsonTree.object(), "");
            }
        }

        private static ObjectNode delta(ChatEvent event) {
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

        private void chunk(int answer, ObjectNode delta, String reason) {
            if (delta.isEmpty() && reason.isEmpty() && logprobs.get(answer).isEmpty()) {
                return;
            }
            var chunk = form.frame("chat.completion.chunk");
            var choice = chunk.putArray("choices").addObject();
            choice.put("index", answer);
            choice.set("delta", delta);
            logprobs.get(answer).takeInto(choice);
            choice.put("finish_reason", reason.isEmpty() ? null : reason);
            stream.chunk(chunk);
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> events) {
            for (var event : events) {
                chunk(answer, delta(event), "");
            }
            chunk(answer, JsonTree.object(), reason(end));
        }

        @Override
        public void finished(List<Generating.End> ends) {
            if (usage) {
                var chunk = form.frame("chat.completion.chunk");
                chunk.putArray("choices");
                chunk.set("usage", UsageJson.of(form.promptTokens(), ends));
                stream.chunk(chunk);
            }
            stream.done();
        }

        @Override
        public void failed(ApiException error) {
            stream.failed(error);
        }
    }

    private static final class Whole implements Generating.Writer {
        private final Exchange exchange;
        private final Form form;
        private final Map<Integer, List<ChatEvent>> events = new HashMap<>();
        private final List<ChatLogprobs> logprobs = new ArrayList<>();

        Whole(Exchange exchange, Form form, int answers) {
            this.exchange = exchange;
            this.form = form;
            for (int i = 0; i < answers; i++) {
                events.put(i, new ArrayList<>());
                logprobs.add(new ChatLogprobs(form.model().engine().tokenizer()));
            }
        }

        @Override
        public void begun() {}

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> more) {
            logprobs.get(answer).add(token);
            events.getOrDefault(answer, List.of()).addAll(more);
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> more) {
            events.getOrDefault(answer, List.of()).addAll(more);
        }

        @Override
        public void finished(List<Generating.End> ends) {
            var answer = form.frame("chat.completion");
            var choices = answer.putArray("choices");
            for (int i = 0; i < ends.size(); i++) {
                var choice = choices.addObject();
                choice.put("index", i);
                choice.set("message", message(ChatAnswer.of(events.getOrDefault(i, List.of()))));
                logprobs.get(i).takeInto(choice);
                choice.put("finish_reason", reason(ends.get(i)));
            }
            answer.set("usage", UsageJson.of(form.promptTokens(), ends));
            exchange.json(200, JsonTree.write(answer));
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

        @Override
        public void failed(ApiException error) {
            throw error;
        }
    }
}
