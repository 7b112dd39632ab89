package orrery.token;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * A small object of a JSON file, read whole; only the few small parts of a tokenizer file are read in this way. A member
 * that is {@code null} counts as absent, as it does for Hugging Face's engine.
 *
 * @param members values are {@code String}, {@code Boolean}, {@code Long}, {@code Double}, {@code List} or JsonObject
 * @param where what the object is, for messages
 */
record JsonObject(Map<String, Object> members, String where) {
    /** Names are not interned: a vocabulary has a hundred thousand of them, each met once. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    /** Reads the object that the parser stands at the beginning of; anything else is refused. */
    static JsonObject read(JsonParser parser, String where) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new TokenizerException(where + " must be an object, but is " + kind(parser.currentToken()));
        }
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token != JsonToken.VALUE_NULL) {
                members.put(name, value(parser, token, where + "." + name));
            }
        }
        return new JsonObject(members, where);
    }

    /** A kind of JSON value in words; a null token is the end of the text. */
    static String kind(@Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case null, default -> "nothing";
        };
    }

    private static Object value(JsonParser parser, JsonToken token, String where) {
        return switch (token) {
            case START_OBJECT -> read(parser, where);
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    if (next == JsonToken.VALUE_NULL) {
                        throw new TokenizerException(where + "[" + elements.size() + "] is null");
                    }
                    elements.add(value(parser, next, where + "[" + elements.size() + "]"));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new TokenizerException(where + " is too large a number");
                }
                yield parser.getLongValue();
            }
            default -> throw new TokenizerException(where + " ends too early");
        };
    }

    /** Whether the member is there. */
    boolean has(String name) {
        return members.containsKey(name);
    }

    String string(String name) {
        return optionalString(name).orElseThrow(() -> wrong(name, "a string"));
    }

    Optional<String> optionalString(String name) {
        return optional(name, String.class, "a string");
    }

    boolean flag(String name, boolean otherwise) {
        return optional(name, Boolean.class, "true or false").orElse(otherwise);
    }

    long integer(String name) {
        return optional(name, Long.class, "an integer").orElseThrow(() -> wrong(name, "an integer"));
    }

    Optional<JsonObject> object(String name) {
        return optional(name, JsonObject.class, "an object");
    }

    /** The objects of the array of that name; empty where there is none. */
    List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object element : optional(name, List.class, "an array").orElse(List.of())) {
            if (!(element instanceof JsonObject object)) {
                throw wrong(name, "an array of objects");
            }
            objects.add(object);
        }
        return objects;
    }

    private <T> Optional<T> optional(String name, Class<T> type, String expected) {
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw wrong(name, expected);
        }
        return Optional.of(type.cast(value));
    }

    private TokenizerException wrong(String name, String expected) {
        return new TokenizerException(where + "." + name + " must be " + expected
                + (members.containsKey(name) ? ", but is " + shortened(members.get(name)) : ", but is missing"));
    }

    private static String shortened(Object value) {
        String text = value instanceof JsonObject ? "an object" : String.valueOf(value);
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
