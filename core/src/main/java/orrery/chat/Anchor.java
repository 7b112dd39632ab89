package orrery.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A delimiter that opens or closes a field: a literal, one of several literals, or a regular expression.
 *
 * @param literals the literals; empty for a regular expression
 * @param mayGrow whether a match at the end of the text may become longer with more text
 * @param beginnings the characters that a match can start with; empty if any may
 */
record Anchor(Pattern pattern, Map<String, String> groups, List<String> literals, boolean mayGrow, String beginnings) {

    /** A delimiter that is one of these literals. */
    static Anchor of(List<String> literals, ControlMarks marks) {
        var ordered = literals.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        var pattern = ordered.stream().map(marks::marked).map(Pattern::quote).collect(Collectors.joining("|"));
        boolean grows = literals.stream()
                .anyMatch(one -> literals.stream().anyMatch(other -> !other.equals(one) && other.startsWith(one)));
        var beginnings = ordered.stream()
                .map(marks::marked)
                .map(literal -> literal.substring(0, 1))
                .distinct()
                .collect(Collectors.joining());
        return new Anchor(Pattern.compile(pattern, Pattern.DOTALL), Map.of(), literals, grows, beginnings);
    }

    /**
     * A field's opening or closing delimiter in a template; empty if there is none.
     *
     * @param where the field's name, for messages
     * @throws ChatFormatException if it is malformed
     */
    static Optional<Anchor> of(Map<String, @Nullable Object> field, String key, ControlMarks marks, String where) {
        var patternKey = key + "_pattern";
        if (field.containsKey(key) && field.containsKey(patternKey)) {
            throw new ChatFormatException(where + " has " + key + " and " + patternKey + ", expected one of them");
        }
        if (field.containsKey(key)) {
            return Optional.of(of(literals(field.get(key), where + "." + key), marks));
        }
        if (!field.containsKey(patternKey)) {
            return Optional.empty();
        }
        var place = where + "." + patternKey;
        if (!(field.get(patternKey) instanceof String source)) {
            throw new ChatFormatException(place + " must be a string");
        }
        var compiled = PythonPattern.compile(source, marks, place);
        return Optional.of(new Anchor(compiled.pattern(), compiled.groups(), List.of(), true, ""));
    }

    private static List<String> literals(@Nullable Object value, String where) {
        var literals = new LinkedHashSet<String>();
        for (var literal : value instanceof List<?> list ? list : java.util.Collections.singletonList(value)) {
            if (!(literal instanceof String text) || text.isEmpty()) {
                throw new ChatFormatException(where + " must be a string or a list of strings, none of them empty");
            }
            literals.add(text);
        }
        if (literals.isEmpty()) {
            throw new ChatFormatException(where + " must have at least one string");
        }
        return new ArrayList<>(literals);
    }

    /** Whether a delimiter may start at {@code from} or later; most texts do not even contain its first character. */
    boolean mayBegin(CharSequence text, int from) {
        if (beginnings.isEmpty()) {
            return true;
        }
        for (int i = from; i < text.length(); i++) {
            if (beginnings.indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** The groups of a match that took part in it, by the template's names. */
    Map<String, String> captures(Matcher match) {
        var captures = new LinkedHashMap<String, String>();
        groups.forEach((name, own) -> {
            var captured = match.group(own);
            if (captured != null) {
                captures.put(name, captured);
            }
        });
        return captures;
    }
}
