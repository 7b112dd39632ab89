package orrery.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls in formats that can be parsed only when they are complete, such as tags or lines. Arguments written as text are
 * converted to the types in the tool's schema.
 */
final class WholeCalls implements CallReader {
    private final CallWriter calls;
    private final ResponseField field;
    private final Map<String, String> captures;
    private final String opening;
    private final StringBuilder body = new StringBuilder();

    WholeCalls(CallWriter calls, ResponseField field, Map<String, String> captures, String opening) {
        this.calls = calls;
        this.field = field;
        this.captures = captures;
        this.opening = opening;
    }

    @Override
    public void accept(String text) {
        body.append(text);
    }

    @Override
    public boolean absorbs() {
        return true;
    }

    @Override
    public void end(boolean delimited) {
        // A truncated field may look complete with one argument fewer; truncated JSON cannot.
        boolean whole = delimited || field.close().isEmpty() || field.content() == ResponseField.Content.JSON;
        try {
            var value = whole ? Transform.processed(field, body.toString(), captures) : null;
            var found = value instanceof List<?> list ? list : java.util.Collections.singletonList(value);
            if (!found.isEmpty() && found.stream().allMatch(WholeCalls::isCall)) {
                found.forEach(this::write);
                return;
            }
        } catch (UnreadableException | StackOverflowError malformed) {
            // Treat it as text, see below.
            calls.text(opening + body);
            return;
        }
        calls.text(opening + body);
    }

    private static Map<String, @Nullable Object> function(@Nullable Object call) {
        var object = Values.asObject(call).orElse(Map.of());
        return Values.asObject(object.get("function")).orElse(object);
    }

    private static boolean isCall(@Nullable Object value) {
        var function = function(value);
        return CallWriter.isName(function.get("name"))
                && arguments(function.get("arguments")).isPresent();
    }

    private static Optional<Map<String, @Nullable Object>> arguments(@Nullable Object value) {
        if (value == null) {
            return Optional.of(new LinkedHashMap<String, @Nullable Object>());
        }
        return value instanceof String text ? Values.asObject(PlainJson.read(text)) : Values.asObject(value);
    }

    private void write(@Nullable Object call) {
        var function = function(call);
        var name = String.valueOf(function.get("name"));
        var arguments = arguments(function.get("arguments")).orElseThrow();
        var id = Values.asObject(call).map(object -> object.get("id")).orElse(null);
        calls.whole(
                name,
                id instanceof String given ? Optional.of(given) : Optional.empty(),
                PlainJson.write(SchemaTypes.typed(arguments, calls.properties(name))));
    }
}
