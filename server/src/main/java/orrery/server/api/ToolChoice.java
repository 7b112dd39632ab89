package orrery.server.api;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import orrery.server.http.ApiException;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code tool_choice} says.
 *
 * @param tools whether the model is told about tools at all
 * @param required whether the answer has to be a call
 * @param only the tools that may be called; empty for all
 */
record ToolChoice(boolean tools, boolean required, Optional<Set<String>> only) {
    private static final String FIELD = "tool_choice";
    private static final ToolChoice AUTO = new ToolChoice(true, false, Optional.empty());
    private static final ToolChoice NONE = new ToolChoice(false, false, Optional.empty());
    private static final ToolChoice REQUIRED = new ToolChoice(true, true, Optional.empty());

    private static ToolChoice named(String tool) {
        return new ToolChoice(true, true, Optional.of(Set.of(tool)));
    }

    /** That of OpenAI's APIs: a word, or an object. */
    static ToolChoice openAi(Body body) {
        var choice = body.find(FIELD);
        if (choice.isEmpty()) {
            return AUTO;
        }
        return choice.get() instanceof ObjectNode
                ? object(body.inner(FIELD).orElseThrow())
                : word(body.required(FIELD));
    }

    private static ToolChoice word(String word) {
        return switch (word) {
            case "auto" -> AUTO;
            case "none" -> NONE;
            case "required" -> REQUIRED;
            default ->
                throw ApiException.invalid(
                        FIELD,
                        "tool_choice is " + Shown.text(word)
                                + ", expected auto, none, required, or an object that names functions");
        };
    }

    private static ToolChoice object(Body choice) {
        String type = choice.required("type");
        return switch (type) {
            case "function" -> named(name(choice));
            case "allowed_tools" -> {
                var list = choice.inner("allowed_tools").orElse(choice);
                var names = new LinkedHashSet<String>();
                var tools = list.list("tools");
                for (int i = 0; i < tools.size(); i++) {
                    String place = FIELD + ".tools[" + i + "]";
                    if (!(tools.get(i) instanceof ObjectNode tool)) {
                        throw Body.wrong(place, tools.get(i), "an object that names a function");
                    }
                    names.add(name(Body.of(place, tool)));
                }
                yield new ToolChoice(true, word(list.text("mode").orElse("auto")).required, Optional.of(names));
            }
            default ->
                throw ApiException.invalid(
                        FIELD, "tool_choice is of type '" + Shown.text(type) + "', expected function or allowed_tools");
        };
    }

    /** A function's name: within an object of its own in chat completions, beside the type in responses. */
    private static String name(Body function) {
        return function.inner("function").orElse(function).required("name");
    }

    /** That of Anthropic's API. */
    static ToolChoice anthropic(Body body) {
        var given = body.inner(FIELD);
        if (given.isEmpty()) {
            return AUTO;
        }
        String type = given.get().required("type");
        return switch (type) {
            case "auto" -> AUTO;
            case "none" -> NONE;
            case "any" -> REQUIRED;
            case "tool" -> named(given.get().required("name"));
            default ->
                throw ApiException.invalid(
                        FIELD, "tool_choice is of type '" + Shown.text(type) + "', expected auto, any, tool or none");
        };
    }
}
