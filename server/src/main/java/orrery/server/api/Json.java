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

/** JSON in and out, with bounds on what comes in. */
public final class Json {
    /** Objects and arrays within one another at most. */
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

    /** Models repeat names, and the last one counts, as in every other reader. */
    private static final JsonMapper SAID = new JsonMapper();

    private Json() {}

    /** An object without fields. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A list without elements. */
    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** Reads bytes of UTF-8. */
    static JsonNode read(byte[] bytes) {
        return MAPPER.readTree(bytes);
    }

    /** Reads what a model wrote: whatever it is, it is no client's fault. An object without fields where it is none. */
    static JsonNode said(String text) {
        try {
            return SAID.readTree(text) instanceof ObjectNode object ? object : object();
        } catch (JacksonException e) {
            return object();
        }
    }

    /** As text on one line. */
    public static String write(Object node) {
        return MAPPER.writeValueAsString(node);
    }

    /** As JSON. */
    static JsonNode of(Object plain) {
        return MAPPER.valueToTree(plain);
    }

    /** As maps, lists, strings, numbers, booleans and null, which is what templates take. */
    static Object plain(JsonNode node) {
        return MAPPER.convertValue(node, Object.class);
    }

    /** An object as a map, in its order. */
    static Map<String, Object> map(ObjectNode node) {
        var map = new LinkedHashMap<String, Object>();
        node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        return map;
    }
}
