package orrery.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.server.http.ApiException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools of a request.
 *
 * @param declared in the form of OpenAI's chat API: {@code {"type": "function", "function": {…}}}
 * @param parameters the JSON schemas of their parameters, by name
 * @param namespaces the namespaces of tools that have one, by the names in the prompt
 * @param strict the names of those whose arguments have to follow their schemas
 * @param choice which of them the model may call, or has to
 */
record Tools(
        List<Map<String, Object>> declared,
        Map<String, Map<String, Object>> parameters,
        Map<String, String> namespaces,
        Set<String> strict,
        ToolChoice choice) {
    private static final String WITHIN = "__";

    /** The tools while they are read. */
    static final class Reading {
        private final List<Map<String, Object>> declared = new ArrayList<>();
        private final Map<String, Map<String, Object>> parameters = new LinkedHashMap<>();
        private final Map<String, String> namespaces = new LinkedHashMap<>();
        private final Set<String> strict = new LinkedHashSet<>();

        /** Adds a function: its name, with an optional description and schema. */
        void add(String place, ObjectNode function, boolean isStrict) {
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
            if (isStrict) {
                strict.add(name);
            }
        }

        /** The tool of that name belongs to a namespace. */
        void within(String namespace, String name) {
            namespaces.put(name, namespace);
        }

        /**
         * All tools, or none if the choice is none.
         *
         * @throws ApiException if the choice requires a call of a tool that there is not
         */
        Tools chosen(ToolChoice choice) {
            if (!choice.tools()) {
                return new Tools(List.of(), Map.of(), Map.of(), Set.of(), choice);
            }
            for (String name : choice.only().orElse(Set.of())) {
                if (!parameters.containsKey(name)) {
                    throw ApiException.invalid(
                            "tool_choice", "tool_choice names " + Shown.text(name) + ", which is none of the tools");
                }
            }
            if (choice.required() && choice.only().orElse(parameters.keySet()).isEmpty()) {
                throw ApiException.invalid("tool_choice", "tool_choice requires a call, but there are no tools");
            }
            return new Tools(declared, parameters, namespaces, strict, choice);
        }
    }

    /** The name that a model is told for a tool in a namespace. */
    static String nameWithin(String namespace, String name) {
        return namespace + WITHIN + name;
    }

    /** Its own name again. */
    static String ownName(String namespace, String name) {
        return name.substring(namespace.length() + WITHIN.length());
    }

    /** The names of those that the model may call. */
    Set<String> callable() {
        return choice.only().orElse(parameters.keySet());
    }

    /**
     * Reads {@code tools} and {@code tool_choice} of {@code /v1/chat/completions}.
     *
     * @throws ApiException if a tool has no name, two have the same name, or {@code tool_choice} names none of them
     */
    static Tools of(Body body) {
        var nodes = body.list("tools");
        var reading = new Reading();
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
            reading.add(
                    place,
                    function,
                    function.has("strict") && function.get("strict").asBoolean(false));
        }
        return reading.chosen(ToolChoice.openAi(body));
    }
}
