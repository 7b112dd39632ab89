package orrery.server.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}}: what OpenAI's clients read of them, and Anthropic's. */
public final class ModelEndpoints {
    /** The list's path; the path of one model is below it. */
    public static final String PATH = "/v1/models";

    private final Api api;

    /** Endpoints for the models of {@code api}. */
    public ModelEndpoints(Api api) {
        this.api = api;
    }

    /** Lists all models. */
    public Endpoint list() {
        return exchange -> {
            var answer = JsonTree.object();
            answer.put("object", "list");
            var data = answer.putArray("data");
            var models = api.models().listed();
            models.forEach(model -> data.add(json(model)));
            answer.put("first_id", models.isEmpty() ? null : models.getFirst().name());
            answer.put("last_id", models.isEmpty() ? null : models.getLast().name());
            answer.put("has_more", false);
            exchange.json(200, JsonTree.write(answer));
        };
    }

    /** Describes one model. */
    public Endpoint one() {
        return (Exchange exchange) -> {
            String name = decoded(exchange.path().substring(PATH.length() + 1));
            exchange.json(200, JsonTree.write(json(api.models().find(Optional.of(name)))));
        };
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part;
        }
    }

    private static ObjectNode json(ListedModel model) {
        var json = JsonTree.object();
        json.put("id", model.name());
        json.put("object", "model");
        json.put("created", model.created());
        json.put("owned_by", "orrery");
        var status = json.putObject("status").put("value", model.status().label());
        if (model.state().failed()) {
            status.put("failed", true);
        }
        json.put("type", "model");
        json.put("display_name", model.name());
        json.put("created_at", Instant.ofEpochSecond(model.created()).toString());
        json.put("lifecycle", "active");
        model.known().ifPresent(known -> describe(known, json));
        var aliases = json.putArray("aliases");
        model.aliases().forEach(aliases::add);
        return json;
    }

    private static void describe(ListedModel.Known known, ObjectNode json) {
        json.put("max_input_tokens", known.context());
        json.put("max_tokens", known.context());
        json.put("max_model_len", known.context());
        json.put("architecture", known.description().family());
        json.put("chat", known.chat().isPresent());
        known.chat().ifPresent(format -> {
            json.put("chat_format", format.family());
            json.put("tools", format.promptsTools() ? "prompted" : "template");
            json.put("thoughts", format.thinks());
        });
    }
}
