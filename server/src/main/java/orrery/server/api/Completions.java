package orrery.server.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import orrery.chat.ChatEvent;
import orrery.engine.FinishReason;
import orrery.engine.GeneratedToken;
import orrery.engine.Request;
import orrery.engine.TokenLogprobs;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/completions}: continues a text or token ids without a chat template. */
public final class Completions implements Endpoint {
    private static final int DEFAULT_TOKENS = 16;

    private final Api api;

    /** An endpoint for the models of {@code api}. */
    public Completions(Api api) {
        this.api = api;
    }

    /**
     * What all answers have in common.
     *
     * @param n answers per prompt
     * @param prompts the prompts' tokens
     * @param echoes the prompts' texts, if they are echoed
     * @param logprobs whether log probabilities are requested
     */
    private record Form(
            ServedModel model,
            String id,
            long created,
            int n,
            List<int[]> prompts,
            List<String> echoes,
            boolean logprobs) {
        ObjectNode frame() {
            var frame = JsonTree.object();
            frame.put("id", id);
            frame.put("object", "text_completion");
            frame.put("created", created);
            frame.put("model", model.name());
            return frame;
        }

        String echo(int answer) {
            return echoes.isEmpty() ? "" : echoes.get(answer / n);
        }

        /** Returns the prompt's tokens, if both echo and log probabilities are requested. */
        void echo(int answer, List<TokenLogprobs> known, CompletionLogprobs into) {
            if (logprobs && !echoes.isEmpty()) {
                into.addPrompt(prompts.get(answer / n), known);
            }
        }

        int promptTokens() {
            return prompts.stream().mapToInt(ids -> ids.length).sum();
        }
    }

    @Override
    public void handle(Exchange exchange) {
        var body = api.read(exchange, Fields.COMPLETIONS);
        var model = api.model(exchange, body);
        int n = SamplingFields.answers(body);
        if (body.integer("best_of", 1, Integer.MAX_VALUE).orElse(n) != n) {
            throw ApiException.invalid("best_of", "best_of is not n; answers are not ranked here");
        }
        var logprobs = body.integer("logprobs", 0, 20);
        boolean echo = body.flag("echo", false);
        var prompts = PromptField.of(body, "prompt", model.engine());
        var requests = new ArrayList<Request>();
        for (int[] prompt : prompts) {
            var request = SamplingFields.request(body, prompt, model.engine())
                    .withMaxTokens(body.tokens("max_tokens").orElse(DEFAULT_TOKENS));
            requests.addAll(Generating.times(
                    logprobs.isPresent()
                            ? request.withLogprobs(logprobs.getAsInt()).withPromptLogprobs(echo)
                            : request,
                    n));
        }
        var echoes =
                echo ? prompts.stream().map(model.engine().tokenizer()::decode).toList() : List.<String>of();
        var form = new Form(
                model,
                "cmpl-" + UUID.randomUUID(),
                System.currentTimeMillis() / 1000,
                n,
                prompts,
                echoes,
                logprobs.isPresent());
        boolean usage = OpenAiStream.includesUsage(body);
        Generating.Writer writer = body.flag("stream", false)
                ? new Streaming(exchange, form, requests.size(), usage)
                : new Whole(exchange, form, requests.size());
        api.generating(exchange, model, "prompt")
                .run(requests, Collections.nCopies(requests.size(), Generating.Reader.plain()), false, writer);
    }

    private static String text(List<ChatEvent> events) {
        var text = new StringBuilder();
        for (var event : events) {
            if (event instanceof ChatEvent.Text(String piece)) {
                text.append(piece);
            }
        }
        return text.toString();
    }

    private static String reason(Generating.End end) {
        return end.reason() == FinishReason.LENGTH ? "length" : "stop";
    }

    private static final class Streaming implements Generating.Writer {
        private final OpenAiStream stream;
        private final Form form;
        private final boolean usage;
        private final List<CompletionLogprobs> logprobs = new ArrayList<>();
        private final boolean[] echoed;

        Streaming(Exchange exchange, Form form, int answers, boolean usage) {
            stream = new OpenAiStream(exchange);
            this.form = form;
            this.usage = usage;
            echoed = new boolean[answers];
            for (int i = 0; i < answers; i++) {
                logprobs.add(new CompletionLogprobs(form.model().engine().tokenizer()));
            }
        }

        @Override
        public void begun() {
            stream.open();
        }

        @Override
        public void prompt(int answer, List<TokenLogprobs> known) {
            form.echo(answer, known, logprobs.get(answer));
        }

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> events) {
            logprobs.get(answer).add(token);
            String text = text(events);
            if (!text.isEmpty() || !logprobs.get(answer).isEmpty()) {
                chunk(answer, text, null);
            }
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> events) {
            chunk(answer, text(events), reason(end));
        }

        private void chunk(int answer, String text, @org.jspecify.annotations.Nullable String reason) {
            var chunk = form.frame();
            var choice = chunk.putArray("choices").addObject();
            choice.put("index", answer);
            choice.put("text", echoed[answer] ? text : form.echo(answer) + text);
            echoed[answer] = true;
            logprobs.get(answer).takeInto(choice);
            choice.put("finish_reason", reason);
            stream.chunk(chunk);
        }

        @Override
        public void finished(List<Generating.End> ends) {
            if (usage) {
                var chunk = form.frame();
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
        private final List<StringBuilder> texts = new ArrayList<>();
        private final List<CompletionLogprobs> logprobs = new ArrayList<>();

        Whole(Exchange exchange, Form form, int answers) {
            this.exchange = exchange;
            this.form = form;
            for (int i = 0; i < answers; i++) {
                texts.add(new StringBuilder(form.echo(i)));
                logprobs.add(new CompletionLogprobs(form.model().engine().tokenizer()));
            }
        }

        @Override
        public void begun() {}

        @Override
        public void prompt(int answer, List<TokenLogprobs> known) {
            form.echo(answer, known, logprobs.get(answer));
        }

        @Override
        public void token(int answer, GeneratedToken token, List<ChatEvent> events) {
            logprobs.get(answer).add(token);
            texts.get(answer).append(text(events));
        }

        @Override
        public void ended(int answer, Generating.End end, List<ChatEvent> events) {
            texts.get(answer).append(text(events));
        }

        @Override
        public void finished(List<Generating.End> ends) {
            var answer = form.frame();
            var choices = answer.putArray("choices");
            for (int i = 0; i < texts.size(); i++) {
                var choice = choices.addObject();
                choice.put("index", i);
                choice.put("text", texts.get(i).toString());
                logprobs.get(i).takeInto(choice);
                choice.put("finish_reason", reason(ends.get(i)));
            }
            answer.set("usage", UsageJson.of(form.promptTokens(), ends));
            exchange.json(200, JsonTree.write(answer));
        }

        @Override
        public void failed(ApiException error) {
            throw error;
        }
    }
}
