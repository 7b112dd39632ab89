package orrery.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.format.Excerpt;

/**
 * A small object of a JSON file, read whole; only the small parts of a tokenizer file are read like this. A member that
 * is {@code null} counts as absent, as in Hugging Face's tokenizers.
 *
 * @param members values are {@code String}, {@code Boolean}, {@code Long}, {@code Double}, {@code List} or JsonObject
 * @param where the object's path, for messages
 */
record JsonObject(Map<String, Object> members, String where) {
    /** Stands for null in a list. */
    static final Object NULL = Optional.empty();

    /** Whether the member is present. */
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

    JsonObject requiredObject(String name) {
        return object(name).orElseThrow(() -> wrong(name, "an object"));
    }

    /** This object; if it is a Sequence, its members, recursively, in order. */
    List<JsonObject> flat(String members) {
        return string("type").equals("Sequence")
                ? objects(members).stream()
                        .flatMap(each -> each.flat(members).stream())
                        .toList()
                : List.of(this);
    }

    /** The objects of the array with that name; empty if there is none. */
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

    /** The array with that name, which must be present. */
    List<Object> list(String name) {
        return List.copyOf(optional(name, List.class, "an array").orElseThrow(() -> wrong(name, "an array")));
    }

    /** The array with that name, of integers from 0 on. */
    List<Integer> integers(String name) {
        List<Integer> integers = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof Long integer) || integer < 0 || integer > Integer.MAX_VALUE) {
                throw wrong(name, "an array of ids");
            }
            integers.add(Math.toIntExact(integer));
        }
        return integers;
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
        return switch (value) {
            case JsonObject _ -> "an object";
            case List<?> list -> "an array of " + list.size();
            case String text -> Excerpt.quoted(text);
            default -> value.toString();
        };
    }
}
