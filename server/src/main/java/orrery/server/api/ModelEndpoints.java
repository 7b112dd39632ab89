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
    /** Where the list is; one model is below it. */
    public static final String PATH = "/v1/models";

    private final Api api;

    /** For these models. */
    public ModelEndpoints(Api api) {
        this.api = api;
    }

    /** All of them. */
    public Endpoint list() {
        return exchange -> {
            var answer = JsonTree.object();
            answer.put("object", "list");
            var data = answer.putArray("data");
            var models = api.models().all();
            models.forEach(model -> data.add(json(model)));
            answer.put("first_id", models.getFirst().name());
            answer.put("last_id", models.getLast().name());
            answer.put("has_more", false);
            exchange.json(200, JsonTree.write(answer));
        };
    }

    /** One. */
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

    private static ObjectNode json(ServedModel model) {
        var engine = model.engine();
        var json = JsonTree.object();
        json.put("id", model.name());
        json.put("object", "model");
        json.put("created", model.created());
        json.put("owned_by", "orrery");
        json.put("type", "model");
        json.put("display_name", model.name());
        json.put("created_at", Instant.ofEpochSecond(model.created()).toString());
        json.put("lifecycle", "active");
        json.put("max_input_tokens", engine.context());
        json.put("max_tokens", engine.context());
        json.put("max_model_len", engine.context());
        json.put("architecture", engine.description().family());
        json.put("chat", engine.chatTemplate().isPresent());
        if (engine.chatTemplate().isPresent()) {
            json.put("chat_format", model.format().family());
            json.put("tools", model.format().promptsTools() ? "prompted" : "template");
            json.put("thoughts", model.format().thinks());
        }
        var aliases = json.putArray("aliases");
        model.aliases().forEach(aliases::add);
        return json;
    }
}
