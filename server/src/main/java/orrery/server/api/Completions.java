package orrery.server.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import orrery.chat.ChatEvent;
import orrery.engine.Request;
import orrery.engine.TokenLogprobs;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** {@code POST /v1/completions}: continues a text or token ids without a chat template. */
public final class Completions implements Endpoint {
    private static final int DEFAULT_TOKENS = 16;

    private final Api api;

    /** An endpoint for the models of {@code api}. */
    public Completions(Api api) {
        this.api = api;
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
        var form = TextForm.openAi(body);
        form.ifPresent(text -> api.ignoredKeywords(exchange, text.ignored()));
        var constraint = form.map(text -> TextForm.checked(
                text.field(), () -> model.engine().constraints().grammar(text.grammar())));
        var requests = new ArrayList<Request>();
        for (int[] prompt : prompts) {
            var request = SamplingFields.request(body, prompt, model.engine())
                    .withMaxTokens(body.tokens("max_tokens").orElse(DEFAULT_TOKENS));
            request = constraint.map(request::withConstraint).orElse(request);
            requests.addAll(Generating.times(
                    logprobs.isPresent()
                            ? request.withLogprobs(logprobs.getAsInt()).withPromptLogprobs(echo)
                            : request,
                    n));
        }
        var echoes =
                echo ? prompts.stream().map(model.engine().tokenizer()::decode).toList() : List.<String>of();
        var answers = new ArrayList<Answer>();
        for (int i = 0; i < requests.size(); i++) {
            answers.add(new Answer(
                    echoes.isEmpty() ? "" : echoes.get(i / n),
                    new CompletionLogprobs(model.engine().tokenizer())));
        }
        var choices = new Texts(
                model,
                UUID.randomUUID(),
                System.currentTimeMillis() / 1000,
                n,
                prompts,
                echo && logprobs.isPresent(),
                answers);
        api.generating(exchange, model, "prompt")
                .run(
                        requests,
                        Collections.nCopies(requests.size(), Generating.Reader.plain()),
                        false,
                        Choices.writer(exchange, choices, body));
    }

    /** One answer: the text of its prompt, until that is written, and its log probabilities. */
    private static final class Answer {
        private final CompletionLogprobs logprobs;
        private String echo;

        Answer(String echo, CompletionLogprobs logprobs) {
            this.echo = echo;
            this.logprobs = logprobs;
        }

        /** What some events say, behind the prompt where it is still to be written. */
        String text(List<ChatEvent> events) {
            var text = new StringBuilder(echo);
            for (var event : events) {
                if (event instanceof ChatEvent.Text(String piece)) {
                    text.append(piece);
                }
            }
            echo = "";
            return text.toString();
        }
    }

    /**
     * Answers as texts.
     *
     * @param n answers to each prompt
     * @param prompts their tokens
     * @param echoed whether the prompts' tokens get log probabilities
     */
    private record Texts(
            ServedModel model, UUID id, long created, int n, List<int[]> prompts, boolean echoed, List<Answer> answers)
            implements Choices {
        @Override
        public int count() {
            return answers.size();
        }

        @Override
        public int promptTokens() {
            return prompts.stream().mapToInt(ids -> ids.length).sum();
        }

        @Override
        public ObjectNode frame(boolean streamed) {
            var frame = JsonTree.object();
            frame.put("id", "cmpl-" + id);
            frame.put("object", "text_completion");
            frame.put("created", created);
            frame.put("model", model.name());
            return frame;
        }

        @Override
        public String field(boolean streamed) {
            return "text";
        }

        @Override
        public JsonNode nothing() {
            return StringNode.valueOf("");
        }

        @Override
        public Optional<JsonNode> opening() {
            return Optional.empty();
        }

        @Override
        public List<JsonNode> pieces(int answer, List<ChatEvent> events) {
            String text = answers.get(answer).text(events);
            return text.isEmpty() ? List.of() : List.of(StringNode.valueOf(text));
        }

        @Override
        public JsonNode whole(int answer, List<ChatEvent> events) {
            return StringNode.valueOf(answers.get(answer).text(events));
        }

        @Override
        public Logprobs logprobs(int answer) {
            return answers.get(answer).logprobs;
        }

        @Override
        public void prompt(int answer, List<TokenLogprobs> known) {
            if (echoed) {
                answers.get(answer).logprobs.addPrompt(prompts.get(answer / n), known);
            }
        }
    }
}
