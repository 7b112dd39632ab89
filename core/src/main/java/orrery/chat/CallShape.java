package orrery.chat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a JSON field has its calls, according to its transform.
 *
 * @param captured the delimiter's group with the tool's name; the whole JSON is then its arguments
 * @param name otherwise, the member with the tool's name
 * @param arguments members that may hold the arguments
 */
record CallShape(Optional<String> captured, Optional<String> name, Set<String> arguments) {
    private static final Set<String> USUAL = Set.of("arguments", "parameters");
    private static final String WHOLE = "content";

    /** Empty if calls are nested deeper, so that they can be found only when the field is complete. */
    static Optional<CallShape> of(ResponseField field) {
        if (field.transform().isEmpty() || !field.arguments().isEmpty()) {
            return Optional.empty();
        }
        var call = Values.asObject(field.transform().get())
                .map(shape -> shape.containsKey("function") ? shape.get("function") : shape)
                .orElse(null);
        if (Transform.path(call).equals(List.of(WHOLE)) && !field.transformEach()) {
            return Optional.of(new CallShape(Optional.empty(), Optional.of("name"), USUAL));
        }
        return Values.asObject(call).flatMap(function -> of(field, function));
    }

    private static Optional<CallShape> of(ResponseField field, Map<String, @Nullable Object> function) {
        var name = Transform.path(function.get("name"));
        var arguments = Transform.path(function.get("arguments"));
        var captured = field.open().map(anchor -> anchor.groups().keySet()).orElse(Set.of());
        if (name.size() == 1 && captured.contains(name.getFirst()) && arguments.equals(List.of(WHOLE))) {
            return Optional.of(new CallShape(Optional.of(name.getFirst()), Optional.empty(), Set.of()));
        }
        return member(field, name)
                .flatMap(nameMember -> member(field, arguments)
                        .map(member -> new CallShape(
                                Optional.empty(),
                                Optional.of(nameMember),
                                USUAL.contains(member) ? USUAL : Set.of(member))));
    }

    private static Optional<String> member(ResponseField field, List<String> path) {
        boolean isMember = field.transformEach()
                ? path.size() == 1 && !path.getFirst().equals(WHOLE)
                : path.size() == 2 && path.getFirst().equals(WHOLE);
        return isMember ? Optional.of(path.getLast()) : Optional.empty();
    }
}
