package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import orrery.OrreryException;
import orrery.engine.Engine;
import orrery.server.http.ApiException;
import tools.jackson.databind.JsonNode;

/** The {@code prompt} field of a completion: a text, token ids, or a list of either. */
final class PromptField {
    private static final int MOST = 64;

    private PromptField() {}

    /** The token ids of each prompt; at least one prompt. */
    static List<int[]> of(Body body, String field, Engine engine) {
        var prompt = body.find(field).orElseThrow(() -> ApiException.invalid(field, field + " is missing"));
        var prompts = new ArrayList<int[]>();
        if (prompt.isString()) {
            prompts.add(encode(field, prompt, engine));
        } else if (isIds(prompt)) {
            prompts.add(ids(field, engine, prompt));
        } else if (prompt.isArray() && !prompt.isEmpty()) {
            for (var element : prompt) {
                prompts.add(element.isString() ? encode(field, element, engine) : ids(field, engine, element));
            }
        } else {
            throw wrong(field, prompt);
        }
        if (prompts.size() > MOST) {
            throw ApiException.invalid(field, field + " is a list of " + prompts.size() + ", expected at most " + MOST);
        }
        return prompts;
    }

    private static int[] encode(String field, JsonNode text, Engine engine) {
        try {
            return engine.promptOf(text.stringValue());
        } catch (OrreryException e) {
            throw ApiException.invalid(field, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isIds(JsonNode node) {
        return node.isArray() && !node.isEmpty() && node.get(0).isNumber();
    }

    /** Token ids from a client, each checked against the vocabulary. */
    static int[] ids(String name, Engine engine, JsonNode node) {
        if (!node.isArray()) {
            throw wrong(name, node);
        }
        int size = engine.tokenizer().vocabularySize();
        var ids = new int[node.size()];
        for (int i = 0; i < ids.length; i++) {
            var id = node.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw wrong(name, id);
            }
            if (id.intValue() < 0 || id.intValue() >= size) {
                throw Body.wrong(name + "[" + i + "]", id, "a token id, 0 to " + (size - 1));
            }
            ids[i] = id.intValue();
        }
        return ids;
    }

    private static ApiException wrong(String name, JsonNode node) {
        return Body.wrong(
                name,
                node,
                name.equals("tokens") ? "a list of token ids" : "a text, a list of token ids, or a list of either");
    }
}
