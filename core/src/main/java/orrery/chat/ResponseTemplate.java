package orrery.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a model writes its answers: version 1 of the {@code response_template} of Hugging Face transformers.
 *
 * @param defaults the members that every message has
 * @param fields by name
 * @param implicit the field that gets the text outside all others
 * @param start the answer starts after the last match of this in the prompt
 */
record ResponseTemplate(
        Map<String, @Nullable Object> defaults,
        Map<String, ResponseField> fields,
        Optional<ResponseField> implicit,
        Anchor start) {
    private static final Set<String> KEYS =
            Set.of("version", "defaults", "fields", "start_anchor", "start_anchor_pattern");

    /**
     * Reads a template of tokenizer_config.json.
     *
     * @param marks which parts of delimiters are control tokens
     * @throws ChatFormatException if it is malformed, has another version or unknown members
     */
    static ResponseTemplate of(@Nullable Object value, ControlMarks marks) {
        var where = "response_template";
        var template = Values.object(value, where);
        var version = template.getOrDefault("version", 1);
        if (!(version instanceof Number number) || number.doubleValue() != 1) {
            throw new ChatFormatException(where + ".version must be 1, but is " + version);
        }
        Values.requireKnown(template, KEYS, where);
        var defaults = Values.object(template.getOrDefault("defaults", Map.of()), where + ".defaults");
        var described = Values.object(template.get("fields"), where + ".fields");
        if (described.isEmpty()) {
            throw new ChatFormatException(where + ".fields must have at least one field");
        }
        var fields = new LinkedHashMap<String, ResponseField>();
        described.forEach((name, field) -> fields.put(name, ResponseField.of(name, field, marks)));
        var implicit =
                fields.values().stream().filter(field -> field.open().isEmpty()).toList();
        if (implicit.size() > 1) {
            throw new ChatFormatException(where + ".fields has " + implicit.size()
                    + " fields without open or open_pattern, expected at most one");
        }
        var start = Anchor.of(template, "start_anchor", marks, where)
                .orElseThrow(() -> new ChatFormatException(where + " must have start_anchor or start_anchor_pattern"));
        return new ResponseTemplate(defaults, fields, implicit.stream().findFirst(), start);
    }

    /** The part of a prompt that belongs to the answer; all of it, if {@code start} does not match. */
    String answerIn(String prompt) {
        var matcher = start.pattern().matcher(prompt);
        int end = 0;
        while (matcher.find()) {
            end = matcher.end();
        }
        return prompt.substring(end);
    }

    /** The text of all its delimiters, without backslashes. */
    static String delimiters(@Nullable Object template) {
        var spelled = new ArrayList<String>();
        collect(template, spelled);
        return ControlMarks.unescaped(String.join("\n", spelled));
    }

    private static void collect(@Nullable Object value, List<String> into) {
        switch (value) {
            case String text -> into.add(text);
            case Map<?, ?> map -> map.values().forEach(member -> collect(member, into));
            case List<?> list -> list.forEach(member -> collect(member, into));
            case null, default -> {}
        }
    }
}
