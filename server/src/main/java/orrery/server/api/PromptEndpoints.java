package orrery.server.api;

import orrery.server.http.Endpoint;

/** Renders a conversation without generating an answer: its prompt, and its number of tokens. */
public final class PromptEndpoints {
    private final Api api;

    /** Endpoints for the models of {@code api}. */
    public PromptEndpoints(Api api) {
        this.api = api;
    }

    /** {@code POST /apply-template}: the prompt as text. */
    public Endpoint applyTemplate() {
        return exchange -> {
            var body = api.read(exchange, Fields.CHAT);
            var prompt = ChatCompletions.prompt(body, api.model(exchange, body));
            exchange.json(200, JsonTree.write(JsonTree.object().put("prompt", prompt.text())));
        };
    }

    /** {@code POST /v1/chat/completions/input_tokens}: the prompt's number of tokens. */
    public Endpoint countTokens() {
        return exchange -> {
            var body = api.read(exchange, Fields.CHAT);
            var prompt = ChatCompletions.prompt(body, api.model(exchange, body));
            exchange.json(
                    200,
                    JsonTree.write(JsonTree.object()
                            .put("object", "response.input_tokens")
                            .put("input_tokens", prompt.ids().length)));
        };
    }
}
