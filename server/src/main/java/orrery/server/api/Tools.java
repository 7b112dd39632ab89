package orrery.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.server.http.ApiException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools of a request.
 *
 * @param declared in the form of OpenAI's chat API: {@code {"type": "function", "function": {…}}}
 * @param parameters the JSON schemas of their parameters, by name
 * @param namespaces the namespaces of tools that have one, by the names in the prompt
 * @param strict whether any tool sets {@code strict}, which Orrery cannot guarantee
 */
record Tools(
        List<Map<String, Object>> declared,
        Map<String, Map<String, Object>> parameters,
        Map<String, String> namespaces,
        boolean strict) {
    static final Tools NONE = new Tools(List.of(), Map.of(), Map.of(), false);
    private static final String WITHIN = "__";

    Tools(List<Map<String, Object>> declared, Map<String, Map<String, Object>> parameters, boolean strict) {
        this(declared, parameters, Map.of(), strict);
    }

    /** The name that a model is told for a tool in a namespace. */
    static String nameWithin(String namespace, String name) {
        return namespace + WITHIN + name;
    }

    /** Its own name again. */
    static String ownName(String namespace, String name) {
        return name.substring(namespace.length() + WITHIN.length());
    }

    /**
     * Reads {@code tools} and {@code tool_choice} of {@code /v1/chat/completions}.
     *
     * @throws ApiException if a tool has no name, two have the same name, or {@code tool_choice} forces a call
     */
    static Tools of(Body body) {
        var nodes = body.list("tools");
        var declared = new ArrayList<Map<String, Object>>();
        var parameters = new LinkedHashMap<String, Map<String, Object>>();
        boolean strict = false;
        for (int i = 0; i < nodes.size(); i++) {
            String place = "tools[" + i + "]";
            if (!(nodes.get(i) instanceof ObjectNode tool)
                    || !tool.has("type")
                    || !tool.get("type").isString()) {
                throw Body.wrong(place, nodes.get(i), "an object with a type");
            }
            if (!tool.get("type").stringValue().equals("function")) {
                // Only the vendor can run this tool, so leaving it out is harmless.
                continue;
            }
            if (!(tool.get("function") instanceof ObjectNode function)
                    || !function.has("name")
                    || !function.get("name").isString()) {
                throw ApiException.invalid(place + ".function", place + ".function has no name");
            }
            add(place, function, declared, parameters);
            strict |= function.has("strict") && function.get("strict").asBoolean(false);
        }
        return chosen(body, new Tools(declared, parameters, strict));
    }

    /** Adds a function: its name, with an optional description and schema. */
    static void add(
            String place,
            ObjectNode function,
            List<Map<String, Object>> declared,
            Map<String, Map<String, Object>> parameters) {
        String name = function.get("name").stringValue();
        var schema = function.get("parameters");
        if (schema != null && !schema.isNull() && !(schema instanceof ObjectNode)) {
            throw Body.wrong(place + ".function.parameters", schema, "a JSON schema");
        }
        if (parameters.put(name, schema instanceof ObjectNode object ? JsonTree.map(object) : Map.of()) != null) {
            throw ApiException.invalid(place, "two tools are called " + Shown.text(name));
        }
        var map = JsonTree.map(function);
        map.remove("strict");
        declared.add(Map.of("type", "function", "function", map));
    }

    /** The tools that {@code tool_choice} allows the model to call. */
    static Tools chosen(Body body, Tools tools) {
        var choice = body.find("tool_choice");
        if (choice.isEmpty()) {
            return tools;
        }
        String word = choice.get().isString() ? choice.get().stringValue() : "";
        return switch (word) {
            case "auto" -> tools;
            case "none" -> NONE;
            default ->
                throw ApiException.invalid(
                        "tool_choice",
                        "tool_choice is " + Shown.text(JsonTree.write(choice.get()))
                                + ", expected auto or none: a call cannot be forced here yet");
        };
    }
}
