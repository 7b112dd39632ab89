package orrery.constrain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** A JSON value, with the members of objects in their order and all digits of numbers. */
sealed interface JsonValue {
    /** The values of one word. */
    enum Word implements JsonValue {
        NULL,
        TRUE,
        FALSE
    }

    record Number(BigDecimal value) implements JsonValue {}

    record Text(String value) implements JsonValue {}

    record Items(List<JsonValue> items) implements JsonValue {}

    record Members(Map<String, JsonValue> members) implements JsonValue {}

    /** The kind of a value, for messages. */
    default String kind() {
        return switch (this) {
            case Word word -> word == Word.NULL ? "null" : "a boolean";
            case Number _ -> "a number";
            case Text _ -> "a string";
            case Items _ -> "an array";
            case Members _ -> "an object";
        };
    }

    /**
     * Reads one document.
     *
     * @throws SchemaException if the text is not JSON, nests too deeply, or gives a key twice
     */
    static JsonValue read(String text) {
        try (var parser = Reading.FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            var value = Reading.value(parser, "");
            if (parser.nextToken() != null) {
                throw new SchemaException("", "something follows the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            var place = e.getLocation();
            String where =
                    place == null ? "" : " at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr());
            throw new SchemaException("", "not JSON" + where + ": " + firstLine(e.getOriginalMessage()));
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("unreadable");
    }

    /** The parser's loop. */
    final class Reading {
        private static final int DEEPEST = 250;

        private static final JsonFactory FACTORY = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build();

        private Reading() {}

        private static JsonValue value(JsonParser parser, String pointer) {
            JsonToken token = parser.currentToken();
            if (token == null) {
                throw new SchemaException(pointer, "the JSON ends too early");
            }
            return switch (token) {
                case START_OBJECT -> members(parser, pointer);
                case START_ARRAY -> items(parser, pointer);
                case VALUE_STRING -> new Text(parser.getString());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Number(parser.getDecimalValue());
                case VALUE_TRUE -> Word.TRUE;
                case VALUE_FALSE -> Word.FALSE;
                case VALUE_NULL -> Word.NULL;
                case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new SchemaException(pointer, "expected a JSON value");
            };
        }

        private static JsonValue members(JsonParser parser, String pointer) {
            var members = new LinkedHashMap<String, JsonValue>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (members.put(name, value(parser, pointer)) != null) {
                    throw new SchemaException(pointer, "the key \"" + name + "\" is given twice");
                }
            }
            return new Members(members);
        }

        private static JsonValue items(JsonParser parser, String pointer) {
            var items = new ArrayList<JsonValue>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(value(parser, pointer));
            }
            return new Items(items);
        }
    }
}
