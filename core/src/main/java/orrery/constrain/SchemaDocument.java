package orrery.constrain;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import orrery.constrain.SchemaNode.Dialect;

/** The schemas of one document, and what their references mean. Nothing outside it is read. */
final class SchemaDocument {
    private static final Set<String> ONE = Set.of(
            "items",
            "additionalItems",
            "additionalProperties",
            "contains",
            "propertyNames",
            "not",
            "if",
            "then",
            "else",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema");
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems", "items");
    private static final Set<String> MAPS =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies");

    private final IdentityHashMap<JsonValue, SchemaNode> nodes = new IdentityHashMap<>();
    private final Map<String, SchemaNode> resources = new HashMap<>();
    private final Map<String, SchemaNode> anchors = new HashMap<>();
    private final Map<String, Integer> dynamicAnchors = new HashMap<>();
    private final SchemaNode root;

    SchemaDocument(JsonValue document) {
        root = node(document, "", "", dialect(document, Dialect.CURRENT));
        resources.putIfAbsent("", root);
        index(root);
    }

    SchemaNode root() {
        return root;
    }

    /** A schema below a keyword; {@code keys} lead from the schema to it. */
    SchemaNode below(SchemaNode parent, JsonValue value, Object... keys) {
        String pointer = parent.pointer();
        for (Object key : keys) {
            pointer = SchemaNode.below(pointer, key);
        }
        return node(value, pointer, parent.base(), parent.dialect());
    }

    /** A schema that is not in the document, for a place in it. */
    SchemaNode made(SchemaNode at, JsonValue schema) {
        return node(schema, at.pointer(), at.base(), at.dialect());
    }

    private SchemaNode node(JsonValue value, String pointer, String base, Dialect inherited) {
        if (!(value instanceof JsonValue.Members(var members))) {
            return new SchemaNode(value, pointer, base, inherited);
        }
        var known = nodes.get(value);
        if (known == null) {
            var dialect = dialect(value, inherited);
            known = new SchemaNode(value, pointer, identified(members, base, dialect), dialect);
            nodes.put(value, known);
        }
        return known;
    }

    private static Dialect dialect(JsonValue schema, Dialect otherwise) {
        if (!(schema instanceof JsonValue.Members(var members))
                || !(members.get("$schema") instanceof JsonValue.Text(var name))) {
            return otherwise;
        }
        if (name.contains("draft-03") || name.contains("draft-04")) {
            return Dialect.DRAFT_4;
        }
        return name.contains("draft-06") || name.contains("draft-07") ? Dialect.DRAFT_7 : Dialect.CURRENT;
    }

    private static @Nullable String id(Map<String, JsonValue> members, Dialect dialect) {
        if (dialect != Dialect.CURRENT && members.containsKey("$ref")) {
            return null;
        }
        return members.get(dialect == Dialect.DRAFT_4 ? "id" : "$id") instanceof JsonValue.Text(var text) ? text : null;
    }

    private static String identified(Map<String, JsonValue> members, String base, Dialect dialect) {
        String id = id(members, dialect);
        return id == null || id.startsWith("#") ? base : withoutFragment(resolved(base, id));
    }

    private static String withoutFragment(String uri) {
        int hash = uri.indexOf('#');
        return hash < 0 ? uri : uri.substring(0, hash);
    }

    private static String resolved(String base, String reference) {
        if (reference.startsWith("#")) {
            return base + reference;
        }
        try {
            return base.isEmpty()
                    ? reference
                    : URI.create(base).resolve(reference).toString();
        } catch (IllegalArgumentException e) {
            return reference;
        }
    }

    private void index(SchemaNode node) {
        if (!(node.value() instanceof JsonValue.Members(var members))) {
            return;
        }
        String id = id(members, node.dialect());
        if (id != null && !id.startsWith("#")) {
            resources.putIfAbsent(node.base(), node);
        } else if (id != null) {
            anchors.putIfAbsent(node.base() + id, node);
        }
        for (String keyword : List.of("$anchor", "$dynamicAnchor")) {
            if (members.get(keyword) instanceof JsonValue.Text(var anchor)) {
                anchors.putIfAbsent(node.base() + "#" + anchor, node);
                if (keyword.equals("$dynamicAnchor")) {
                    dynamicAnchors.merge(anchor, 1, Integer::sum);
                }
            }
        }
        members.forEach((key, value) -> {
            if (ONE.contains(key) && value instanceof JsonValue.Members) {
                index(below(node, value, key));
            } else if (LISTS.contains(key) && value instanceof JsonValue.Items(var items)) {
                for (int i = 0; i < items.size(); i++) {
                    index(below(node, items.get(i), key, i));
                }
            } else if (MAPS.contains(key) && value instanceof JsonValue.Members(var schemas)) {
                schemas.forEach((name, schema) -> index(below(node, schema, key, name)));
            }
        });
    }

    /** What {@code $dynamicRef} means where only one schema has that anchor: what {@code $ref} would mean. */
    boolean isPlain(String dynamicReference) {
        int hash = dynamicReference.indexOf('#');
        return hash < 0
                || dynamicReference.startsWith("#/")
                || dynamicAnchors.getOrDefault(dynamicReference.substring(hash + 1), 0) <= 1;
    }

    /** The schema that a reference means. */
    SchemaNode target(Keyword reference) {
        String full = resolved(reference.node().base(), reference.text());
        String uri = withoutFragment(full);
        var resource = resources.get(uri);
        if (resource == null) {
            throw reference.wrong("refers to " + reference.text() + ", which is outside the document; it is not read");
        }
        String fragment = uri.length() == full.length() ? "" : decoded(full.substring(uri.length() + 1));
        if (fragment.isEmpty()) {
            return resource;
        }
        var target = fragment.startsWith("/") ? walk(resource, fragment) : anchors.get(uri + "#" + fragment);
        if (target == null) {
            throw reference.wrong("refers to " + reference.text() + ", which the document lacks");
        }
        return target;
    }

    private static String decoded(String fragment) {
        try {
            return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return fragment;
        }
    }

    private @Nullable SchemaNode walk(SchemaNode resource, String pointer) {
        var at = resource;
        for (String escaped : pointer.substring(1).split("/", -1)) {
            String key = escaped.replace("~1", "/").replace("~0", "~");
            var next = switch (at.value()) {
                case JsonValue.Members(var members) -> members.get(key);
                case JsonValue.Items(var items) -> item(items, key);
                case JsonValue.Word _, JsonValue.Number _, JsonValue.Text _ -> null;
            };
            if (next == null) {
                return null;
            }
            var known = nodes.get(next);
            at = known != null
                    ? known
                    : new SchemaNode(next, SchemaNode.below(at.pointer(), key), at.base(), at.dialect());
        }
        return node(at.value(), at.pointer(), at.base(), at.dialect());
    }

    private static @Nullable JsonValue item(List<JsonValue> items, String key) {
        try {
            int index = Integer.parseInt(key);
            return index >= 0 && index < items.size() ? items.get(index) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
