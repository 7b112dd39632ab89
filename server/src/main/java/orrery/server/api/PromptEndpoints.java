package orrery.server.api;

import orrery.server.http.Endpoint;

/** What a conversation becomes, without an answer: its prompt, and how many tokens that has. */
public final class PromptEndpoints {
    private final Api api;

    /** For these models. */
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

    /** {@code POST /v1/chat/completions/input_tokens}: how many tokens the prompt has. */
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
