package orrery.server.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tools of {@code /v1/responses}: functions, and namespaces of functions. */
final class ResponseTools {
    private final Tools.Reading tools = new Tools.Reading();

    void add(String place, JsonNode node) {
        var tool = declaration(place, node);
        switch (tool.required("type")) {
            case "function" -> add(place, tool, tool.required("name"));
            case "namespace" -> {
                String namespace = tool.required("name");
                var within = tool.list("tools");
                for (int i = 0; i < within.size(); i++) {
                    String at = place + ".tools[" + i + "]";
                    var one = declaration(at, within.get(i));
                    if (one.required("type").equals("function")) {
                        String name = Tools.nameWithin(namespace, one.required("name"));
                        tools.within(namespace, name);
                        add(at, one, name);
                    }
                }
            }
            default -> {
                // A tool that only its vendor can run is of no use here, and harmless.
            }
        }
    }

    private static Body declaration(String place, JsonNode node) {
        if (!(node instanceof ObjectNode tool)) {
            throw Body.wrong(place, node, "an object with a type");
        }
        return Body.of(place, tool);
    }

    private void add(String place, Body declaration, String name) {
        var function = JsonTree.object().put("name", name);
        declaration.text("description").ifPresent(text -> function.put("description", text));
        declaration.object("parameters").ifPresent(schema -> function.set("parameters", schema));
        tools.add(place, function, declaration.flag("strict", false));
    }

    Tools chosen(ToolChoice choice) {
        return tools.chosen(choice);
    }
}
