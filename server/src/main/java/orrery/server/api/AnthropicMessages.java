package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import orrery.chat.ChatAnswer;
import orrery.chat.ChatEvent;
import orrery.engine.GeneratedToken;
import orrery.engine.Usage;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.EventStream;
import orrery.server.http.Exchange;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/messages} and {@code /v1/messages/count_tokens}: Anthropic's API. */
public final class AnthropicMessages {
    private final Api api;

    /** Endpoints for the models of {@code api}. */
    public AnthropicMessages(Api api) {
        this.api = api;
    }

    /** The endpoint that generates the next message of a conversation. */
    public Endpoint create() {
        return this::create;
    }

    /** The endpoint that counts the tokens of a conversation's prompt. */
    public Endpoint countTokens() {
        return exchange -> {
            var body = api.read(exchange, Fields.COUNT_TOKENS);
            var prompt = MessageFields.prompt(body, api.model(exchange, body));
            exchange.json(200, JsonTree.write(JsonTree.object().put("input_tokens", prompt.ids().length)));
        };
    }

    private void create(Exchange exchange) {
        var body = api.read(exchange, Fields.MESSAGES);
        boolean oneCall = body.inner("tool_choice")
                .map(choice -> choice.flag("disable_parallel_tool_use", false))
                .orElse(false);
        var prompt = MessageFields.prompt(body, api.model(exchange, body)).holding(TextForm.anthropic(body), !oneCall);
        api.ignoredKeywords(exchange, prompt.held().map(Held::ignored).orElse(List.of()));
        int most = body.tokens("max_tokens")
                .orElseThrow(() -> ApiException.invalid("max_tokens", "max_tokens is missing"));
        var thoughts = Thinking.budget(body);
        if (thoughts.orElse(0) >= most) {
            throw ApiException.invalid(
                    "thinking.budget_tokens",
                    "thinking.budget_tokens is " + thoughts.orElse(0) + ", expected less than max_tokens, which is "
                            + most + ": the answer needs some, too");
        }
        var engine = prompt.model().engine();
        var request = prompt.bounded(SamplingFields.request(body, prompt.ids(), engine), thoughts)
                .withMaxTokens(most)
                .withStop(SamplingFields.stops("stop_sequences", body));
        var form =
                new Form(exchange, prompt, "msg_" + UUID.randomUUID().toString().replace("-", ""));
        api.generating(exchange, prompt.model(), "messages")
                .run(
                        List.of(request),
                        List.of(prompt.reader()),
                        oneCall,
                        body.flag("stream", false) ? new Streaming(form) : new Whole(form));
    }

    private record Form(Exchange exchange, Prompt prompt, String id) {
        ObjectNode frame() {
            var frame = JsonTree.object();
            frame.put("id", id);
            frame.put("type", "message");
            frame.put("role", "assistant");
            frame.put("model", prompt.model().name());
            return frame;
        }
    }

    private static String reason(Generating.End end) {
        if (end.cut()) {
            return "max_tokens";
        }
        if (end.calls()) {
            return "tool_use";
        }
        return end.stopText().isPresent() ? "stop_sequence" : "end_turn";
    }

    /** Anthropic's {@code input_tokens} excludes the tokens that came from the prefix cache. */
    private static ObjectNode usage(int input, int cached, int output) {
        var usage = JsonTree.object();
        usage.put("input_tokens", input - cached);
        usage.put("cache_creation_input_tokens", 0);
        usage.put("cache_read_input_tokens", cached);
        usage.put("output_tokens", output);
        return usage;
    }

    private static ObjectNode usage(Form form, Generating.End end) {
        return usage(
                form.prompt().ids().length,
                end.usage().cachedPromptTokens(),
                end.usage().generatedTokens());
    }

    private static final class Whole implements Generating.Writer {
        private final Form form;
        private final List<ChatEvent> events = new ArrayList<>();

        Whole(Form form) {
            this.form = form;
        }

        @Override
        public void begun() {}

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> more, Supplier<Usage> now) {
            events.addAll(more);
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> more) {
            events.addAll(more);
        }

        @Override
        public void finished(List<Generating.End> ends) {
            var end = ends.getFirst();
            var message = form.frame();
            write(ChatAnswer.of(events), message.putArray("content"));
            message.put("stop_reason", reason(end));
            message.put("stop_sequence", end.stopText().orElse(null));
            message.set("usage", usage(form, end));
            form.exchange().json(200, JsonTree.write(message));
        }

        private static void write(ChatAnswer said, ArrayNode content) {
            if (!said.thought().isEmpty()) {
                content.addObject()
                        .put("type", "thinking")
                        .put("thinking", said.thought())
                        .put("signature", "");
            }
            if (!said.text().isEmpty() || said.calls().isEmpty()) {
                content.addObject().put("type", "text").put("text", said.text());
            }
            for (var call : said.calls()) {
                var block = content.addObject();
                block.put("type", "tool_use").put("id", call.id()).put("name", call.name());
                // A truncated call has only the beginning of an object.
                block.set("input", call.complete() ? JsonTree.said(call.arguments()) : JsonTree.object());
            }
        }

        @Override
        public void failed(ApiException error) {
            throw error;
        }
    }

    private static final class Streaming implements Generating.Writer {
        private final Form form;
        private Optional<EventStream> stream = Optional.empty();
        private String open = "";
        private int blocks;
        private boolean answered;

        Streaming(Form form) {
            this.form = form;
        }

        private void send(String name, ObjectNode data) {
            stream.orElseThrow().event(name, JsonTree.write(data));
        }

        @Override
        public void begun() {
            stream = Optional.of(form.exchange().stream());
            var message = form.frame();
            message.putArray("content");
            message.putNull("stop_reason");
            message.putNull("stop_sequence");
            message.set("usage", usage(form.prompt().ids().length, 0, 0));
            var start = JsonTree.object().put("type", "message_start");
            start.set("message", message);
            send("message_start", start);
        }

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> events, Supplier<Usage> now) {
            events.forEach(this::write);
        }

        private void write(ChatEvent event) {
            switch (event) {
                case ChatEvent.Thought(String text) -> {
                    open("thinking", JsonTree.object().put("thinking", "").put("signature", ""));
                    delta("thinking_delta", "thinking", text);
                }
                case ChatEvent.Text(String text) -> {
                    open("text", JsonTree.object().put("text", ""));
                    delta("text_delta", "text", text);
                }
                case ChatEvent.CallBegun(int _, String id, String name) -> {
                    close();
                    var block = JsonTree.object().put("id", id).put("name", name);
                    block.putObject("input");
                    open("tool_use", block);
                }
                case ChatEvent.Arguments(int _, String piece) -> delta("input_json_delta", "partial_json", piece);
                case ChatEvent.CallEnded _ -> close();
            }
        }

        /** Continues the open content block if it has this type, or opens a new one. */
        private void open(String type, ObjectNode fields) {
            if (open.equals(type)) {
                return;
            }
            close();
            open = type;
            answered |= !type.equals("thinking");
            var block = JsonTree.object().put("type", type);
            block.setAll(fields);
            var start = JsonTree.object().put("type", "content_block_start").put("index", blocks);
            start.set("content_block", block);
            send("content_block_start", start);
        }

        private void delta(String type, String field, String text) {
            var delta = JsonTree.object().put("type", "content_block_delta").put("index", blocks);
            delta.putObject("delta").put("type", type).put(field, text);
            send("content_block_delta", delta);
        }

        private void close() {
            if (!open.isEmpty()) {
                send(
                        "content_block_stop",
                        JsonTree.object().put("type", "content_block_stop").put("index", blocks));
                open = "";
                blocks++;
            }
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> events) {
            events.forEach(this::write);
            if (!answered) {
                // As in a whole answer, which has a text block even if the model only thought.
                open("text", JsonTree.object().put("text", ""));
            }
            close();
            var delta = JsonTree.object().put("type", "message_delta");
            delta.putObject("delta")
                    .put("stop_reason", reason(end))
                    .put("stop_sequence", end.stopText().orElse(null));
            delta.set("usage", usage(form, end));
            send("message_delta", delta);
        }

        @Override
        public void finished(List<Generating.End> ends) {
            send("message_stop", JsonTree.object().put("type", "message_stop"));
            stream.orElseThrow().close();
        }

        @Override
        public void failed(ApiException error) {
            send("error", ErrorJson.anthropic(error, form.exchange().id()));
            stream.orElseThrow().close();
        }
    }
}
