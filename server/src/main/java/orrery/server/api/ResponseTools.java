package orrery.server.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tools of {@code /v1/responses}: functions, and namespaces of functions. */
final class ResponseTools {
    private final List<Map<String, Object>> declared = new ArrayList<>();
    private final Map<String, Map<String, Object>> parameters = new LinkedHashMap<>();
    private final Map<String, String> namespaces = new LinkedHashMap<>();
    private boolean strict;

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
                        namespaces.put(name, namespace);
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
        strict |= declaration.flag("strict", false);
        Tools.add(place, function, declared, parameters);
    }

    Tools all() {
        return new Tools(declared, parameters, namespaces, strict);
    }
}
