package orrery.server.api;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import orrery.chat.ChatEvent;
import orrery.engine.GeneratedToken;
import orrery.engine.Usage;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.EventStream;
import orrery.server.http.Exchange;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** {@code POST /v1/responses} and {@code /v1/responses/input_tokens}: nothing is stored. */
public final class Responses {
    private final Api api;

    /** Endpoints for the models of {@code api}. */
    public Responses(Api api) {
        this.api = api;
    }

    /** The endpoint that generates the next items of a conversation. */
    public Endpoint create() {
        return this::create;
    }

    /** The endpoint that counts the tokens of a conversation's prompt. */
    public Endpoint countTokens() {
        return exchange -> {
            var body = api.read(exchange, Fields.RESPONSES);
            var prompt = ResponseInput.prompt(body, api.model(exchange, body));
            exchange.json(
                    200,
                    JsonTree.write(JsonTree.object()
                            .put("object", "response.input_tokens")
                            .put("input_tokens", prompt.ids().length)));
        };
    }

    private void create(Exchange exchange) {
        var body = api.read(exchange, Fields.RESPONSES);
        requirePossible(body);
        boolean several = body.flag("parallel_tool_calls", true);
        var prompt = ResponseInput.prompt(body, api.model(exchange, body)).holding(TextForm.responses(body), several);
        api.ignoredKeywords(exchange, prompt.held().map(Held::ignored).orElse(List.of()));
        var request = prompt.bounded(
                SamplingFields.request(body, prompt.ids(), prompt.model().engine()), Thinking.budget(body));
        var most = body.tokens("max_output_tokens");
        if (most.isPresent()) {
            request = request.withMaxTokens(most.getAsInt());
        }
        var form = new Form(
                exchange,
                prompt,
                body,
                "resp_" + UUID.randomUUID().toString().replace("-", ""),
                System.currentTimeMillis() / 1000);
        api.generating(exchange, prompt.model(), "input")
                .run(
                        List.of(request),
                        List.of(prompt.reader()),
                        !several,
                        body.flag("stream", false) ? new Streaming(form) : new Whole(form));
    }

    private static void requirePossible(Body body) {
        if (body.flag("background", false)) {
            throw ApiException.invalid("background", "background is true, but nothing is stored here");
        }
    }

    private record Form(Exchange exchange, Prompt prompt, Body body, String id, long created) {
        /** The response object with every field, because its clients expect them all. */
        ObjectNode response(String status, ArrayNode output, Optional<Generating.End> end) {
            var response = JsonTree.object();
            response.put("id", id);
            response.put("object", "response");
            response.put("created_at", created);
            response.put("status", status);
            response.putNull("error");
            if (status.equals("incomplete")) {
                response.putObject("incomplete_details").put("reason", "max_output_tokens");
            } else {
                response.putNull("incomplete_details");
            }
            response.put("instructions", body.text("instructions").orElse(null));
            response.put("model", prompt.model().name());
            response.set("output", output);
            response.put("parallel_tool_calls", body.flag("parallel_tool_calls", true));
            response.putNull("previous_response_id");
            response.put("store", false);
            var sampling = prompt.model().engine().generation().sampling();
            response.put("temperature", body.number("temperature", 0, 100).orElse(sampling.temperature()));
            response.put("top_p", body.number("top_p", 0, 1).orElse(sampling.topP()));
            response.set("tool_choice", body.find("tool_choice").orElse(StringNode.valueOf("auto")));
            response.set("tools", body.find("tools").orElse(JsonTree.array()));
            response.putObject("text")
                    .set(
                            "format",
                            body.inner("text")
                                    .flatMap(text -> text.object("format"))
                                    .orElseGet(() -> JsonTree.object().put("type", "text")));
            response.put("truncation", "disabled");
            end.ifPresentOrElse(ended -> response.set("usage", usage(ended)), () -> response.putNull("usage"));
            return response;
        }

        private ObjectNode usage(Generating.End end) {
            int input = prompt.ids().length;
            int generated = end.usage().generatedTokens();
            var usage = JsonTree.object();
            usage.put("input_tokens", input);
            usage.putObject("input_tokens_details")
                    .put("cached_tokens", end.usage().cachedPromptTokens())
                    .put("cache_write_tokens", 0);
            usage.put("output_tokens", generated);
            usage.putObject("output_tokens_details").put("reasoning_tokens", end.reasoningTokens());
            usage.put("total_tokens", input + generated);
            return usage;
        }
    }

    private static String status(Generating.End end) {
        return end.cut() ? "incomplete" : "completed";
    }

    private static final class Whole implements Generating.Writer {
        private final Form form;
        private final ResponseItems items;

        Whole(Form form) {
            this.form = form;
            items = new ResponseItems(form.prompt().tools().namespaces(), (_, _) -> {});
        }

        @Override
        public void begun() {}

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> events, Supplier<Usage> now) {
            events.forEach(items::accept);
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> events) {
            events.forEach(items::accept);
            items.end(!end.cut());
        }

        @Override
        public void finished(List<Generating.End> ends) {
            var end = ends.getFirst();
            form.exchange().json(200, JsonTree.write(form.response(status(end), items.output(), Optional.of(end))));
        }

        @Override
        public void failed(ApiException error) {
            throw error;
        }
    }

    private static final class Streaming implements Generating.Writer {
        private final Form form;
        private final ResponseItems items;
        private Optional<EventStream> stream = Optional.empty();
        private int sequence;

        Streaming(Form form) {
            this.form = form;
            items = new ResponseItems(form.prompt().tools().namespaces(), this::send);
        }

        private void send(String type, ObjectNode fields) {
            var event = JsonTree.object().put("type", type).put("sequence_number", sequence++);
            event.setAll(fields);
            stream.orElseThrow().event(type, JsonTree.write(event));
        }

        private void send(String type, String status, Optional<Generating.End> end) {
            var event = JsonTree.object();
            event.set("response", form.response(status, items.output(), end));
            send(type, event);
        }

        @Override
        public void begun() {
            stream = Optional.of(form.exchange().stream());
            send("response.created", "in_progress", Optional.empty());
            send("response.in_progress", "in_progress", Optional.empty());
        }

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> events, Supplier<Usage> now) {
            events.forEach(items::accept);
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> events) {
            events.forEach(items::accept);
            items.end(!end.cut());
        }

        @Override
        public void finished(List<Generating.End> ends) {
            String status = status(ends.getFirst());
            send("response." + status, status, Optional.of(ends.getFirst()));
            stream.orElseThrow().close();
        }

        @Override
        public void failed(ApiException error) {
            var response = form.response("failed", items.output(), Optional.empty());
            response.putObject("error").put("code", "server_error").put("message", error.getMessage());
            var event = JsonTree.object();
            event.set("response", response);
            send("response.failed", event);
            stream.orElseThrow().close();
        }
    }
}
