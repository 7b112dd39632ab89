package orrery.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts a field's value to the message's form: a template in which strings such as {@code {content.name}} stand for
 * values.
 */
final class Transform {
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{(\\w+(?:\\.\\w+)*)}", Pattern.UNICODE_CHARACTER_CLASS);

    private Transform() {}

    /** @throws ChatFormatException if a string has a placeholder and other text */
    static void check(@Nullable Object shape, String where) {
        switch (shape) {
            case Map<?, ?> map -> map.values().forEach(member -> check(member, where));
            case List<?> list -> list.forEach(member -> check(member, where));
            case String text
            when PLACEHOLDER.matcher(text).find() && path(text).isEmpty() ->
                throw new ChatFormatException(where + ".transform has a placeholder within a text: " + text);
            case null, default -> {}
        }
    }

    /** The names in a placeholder's path; empty if the text is not a placeholder. */
    static List<String> path(@Nullable Object text) {
        if (text instanceof String string) {
            var whole = PLACEHOLDER.matcher(string);
            if (whole.matches()) {
                return List.of(whole.group(1).split("\\."));
            }
        }
        return List.of();
    }

    /** @throws UnreadableException if a placeholder's value is missing */
    static @Nullable Object apply(@Nullable Object shape, Map<String, @Nullable Object> scope) {
        return switch (shape) {
            case Map<?, ?> map -> {
                var filled = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, member) -> filled.put(String.valueOf(key), apply(member, scope)));
                yield filled;
            }
            case List<?> list -> {
                var filled = new ArrayList<@Nullable Object>();
                list.forEach(member -> filled.add(apply(member, scope)));
                yield filled;
            }
            case String text when !path(text).isEmpty() -> value(path(text), scope);
            case null, default -> shape;
        };
    }

    private static @Nullable Object value(List<String> path, Map<String, @Nullable Object> scope) {
        @Nullable Object value = scope;
        for (var name : path) {
            if (!(value instanceof Map<?, ?> map) || !map.containsKey(name)) {
                throw new UnreadableException("there is no " + String.join(".", path));
            }
            value = map.get(name);
        }
        return value;
    }

    /**
     * The message's value for a field.
     *
     * @param body the field's text
     * @param captures the captured groups of the field's delimiter
     * @throws UnreadableException if the body is not of the field's kind
     */
    static @Nullable Object processed(ResponseField field, String body, Map<String, String> captures) {
        var value = ContentReader.read(body, field.content(), field.arguments());
        if (field.transform().isEmpty()) {
            return value;
        }
        var scope = new LinkedHashMap<String, @Nullable Object>(captures);
        if (!field.transformEach()) {
            scope.put("content", value);
            return apply(field.transform().get(), scope);
        }
        if (!(value instanceof List<?> list)) {
            throw new UnreadableException("expected a list");
        }
        var transformed = new ArrayList<@Nullable Object>();
        for (var element : list) {
            var own = new LinkedHashMap<String, @Nullable Object>(scope);
            own.putAll(Values.asObject(element).orElseThrow(() -> new UnreadableException("expected objects")));
            transformed.add(apply(field.transform().get(), own));
        }
        return transformed;
    }
}
