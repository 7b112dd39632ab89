package orrery.server.api;

import java.util.List;
import orrery.server.http.Endpoint;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code GET /openapi.json}: the endpoints and their fields, generated from the tables that requests are checked with.
 */
public final class OpenApi implements Endpoint {
    /** An endpoint that takes a body. */
    private record Operation(String path, String summary, FieldTable fields) {}

    private static final List<Operation> POSTS = List.of(
            new Operation("/v1/chat/completions", "The next message of a conversation (OpenAI)", Fields.CHAT),
            new Operation("/v1/chat/completions/input_tokens", "How many tokens its prompt has", Fields.CHAT),
            new Operation(
                    "/v1/completions", "A text or token ids continued as they stand (OpenAI)", Fields.COMPLETIONS),
            new Operation(
                    "/v1/responses", "The next items of a conversation; nothing is stored (OpenAI)", Fields.RESPONSES),
            new Operation("/v1/responses/input_tokens", "How many tokens its prompt has", Fields.RESPONSES),
            new Operation("/v1/messages", "The next message of a conversation (Anthropic)", Fields.MESSAGES),
            new Operation("/v1/messages/count_tokens", "How many tokens its prompt has", Fields.COUNT_TOKENS),
            new Operation(
                    "/v1/embeddings", "Mean last hidden states of texts, of length 1 (OpenAI)", Fields.EMBEDDINGS),
            new Operation("/tokenize", "A text as token ids", Fields.TOKENIZE),
            new Operation("/detokenize", "Token ids as a text", Fields.DETOKENIZE),
            new Operation("/apply-template", "A conversation as the prompt that the chat template makes", Fields.CHAT));

    private static final List<List<String>> GETS = List.of(
            List.of("/v1/models", "The models that are served"),
            List.of("/v1/models/{id}", "One of them"),
            List.of("/health", "Whether the server runs"),
            List.of("/ready", "Whether every model has answered once; 503 before that, and while the server stops"),
            List.of("/metrics", "Counters and histograms for Prometheus"),
            List.of("/openapi.json", "This"));

    private final String json = JsonTree.write(document());

    @Override
    public void handle(orrery.server.http.Exchange exchange) {
        exchange.json(200, json);
    }

    private static ObjectNode document() {
        var document = JsonTree.object().put("openapi", "3.1.0");
        document.putObject("info").put("title", "Orrery").put("version", "1");
        var paths = document.putObject("paths");
        for (var get : GETS) {
            var path = paths.putObject(get.getFirst());
            if (get.getFirst().endsWith("{id}")) {
                var id = path.putArray("parameters").addObject();
                id.put("name", "id").put("in", "path").put("required", true);
                id.putObject("schema").put("type", "string");
            }
            operation(path.putObject("get"), get.getLast());
        }
        for (var post : POSTS) {
            var operation = paths.putObject(post.path()).putObject("post");
            operation(operation, post.summary());
            var body = operation.putObject("requestBody").put("required", true);
            var schema = body.putObject("content").putObject("application/json").putObject("schema");
            schema.put("type", "object");
            var properties = schema.putObject("properties");
            for (var field : post.fields().all()) {
                var property = properties.putObject(field.name()).put("description", field.note());
                switch (field.use()) {
                    case HONOURED -> {}
                    case WITHOUT_EFFECT -> property.put("x-orrery-effect", "none");
                    case REFUSED -> property.put("x-orrery-effect", "refused");
                }
            }
        }
        return document;
    }

    private static void operation(ObjectNode operation, String summary) {
        operation.put("summary", summary);
        operation.putObject("responses").putObject("200").put("description", "the answer");
    }
}
