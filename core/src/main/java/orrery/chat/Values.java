package orrery.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Type checks for the members of a response template. */
final class Values {
    private Values() {}

    static Map<String, @Nullable Object> object(@Nullable Object value, String where) {
        return asObject(value).orElseThrow(() -> new ChatFormatException(where + " must be an object"));
    }

    /** A value that is an object; empty for any other. */
    static java.util.Optional<Map<String, @Nullable Object>> asObject(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return java.util.Optional.empty();
        }
        var object = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, member) -> object.put(String.valueOf(key), member));
        return java.util.Optional.of(object);
    }

    static String text(Object value, String where) {
        if (value instanceof String text) {
            return text;
        }
        throw new ChatFormatException(where + " must be a string");
    }

    static boolean flag(Map<String, @Nullable Object> object, String key, boolean otherwise, String where) {
        var value = object.getOrDefault(key, otherwise);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new ChatFormatException(where + "." + key + " must be true or false");
    }

    static void requireKnown(Map<String, @Nullable Object> object, Set<String> known, String where) {
        var unknown = new TreeSet<>(object.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new ChatFormatException(
                    where + " has " + String.join(", ", unknown) + ", expected of " + new TreeSet<>(known));
        }
    }
}
