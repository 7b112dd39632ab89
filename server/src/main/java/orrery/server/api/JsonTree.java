package orrery.server.api;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes JSON, with limits on the input. */
public final class JsonTree {
    /** The deepest nesting of objects and arrays. */
    public static final int DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxStringLength(64 << 20)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Models repeat names; the last one counts, as in most JSON parsers. */
    private static final JsonMapper SAID = new JsonMapper();

    private JsonTree() {}

    /** An empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** An empty array. */
    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** Reads UTF-8 bytes. */
    static JsonNode read(byte[] bytes) {
        return MAPPER.readTree(bytes);
    }

    /**
     * Parses what a model wrote, where an error is not the client's fault. Returns an empty object if it is not an
     * object.
     */
    static JsonNode said(String text) {
        try {
            return SAID.readTree(text) instanceof ObjectNode object ? object : object();
        } catch (JacksonException e) {
            return object();
        }
    }

    /** Writes a value on one line. */
    public static String write(Object node) {
        return MAPPER.writeValueAsString(node);
    }

    /** Converts plain values to JSON. */
    static JsonNode of(Object plain) {
        return MAPPER.valueToTree(plain);
    }

    /** Converts JSON to the maps, lists, strings, numbers, booleans and null that templates take. */
    static Object plain(JsonNode node) {
        return MAPPER.convertValue(node, Object.class);
    }

    /** Converts an object to a map in the same order. */
    static Map<String, Object> map(ObjectNode node) {
        var map = new LinkedHashMap<String, Object>();
        node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        return map;
    }
}
