package orrery.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A part of an answer.
 *
 * @param open what begins it; empty for the one field that has what is in no other
 * @param close what ends it; empty if only another field or the end of the answer does
 * @param content what its text is
 * @param arguments how {@code content} reads it
 * @param repeats whether it has a value for every time that it occurs
 * @param join what goes between those, as one text
 * @param transform from the value to what the message has; {@code {content}} and the like stand for values
 * @param transformEach whether the value is a list, each element of which is transformed
 */
record ResponseField(
        String name,
        Optional<Anchor> open,
        Optional<Anchor> close,
        Content content,
        Map<String, @Nullable Object> arguments,
        boolean repeats,
        Optional<String> join,
        boolean optional,
        Optional<Object> transform,
        boolean transformEach) {
    private static final Set<String> KEYS = Set.of(
            "open",
            "open_pattern",
            "close",
            "close_pattern",
            "content",
            "content_args",
            "repeats",
            "join",
            "optional",
            "transform",
            "transform_each");

    /** What the text of a field is. */
    enum Content {
        TEXT("text"),
        INT("int"),
        FLOAT("float"),
        BOOL("bool"),
        JSON("json"),
        XML_INLINE("xml-inline"),
        KV_LINES("kv-lines"),
        /** Ours: a call in JSON, or a list of calls as Python writes them. */
        PYTHON_CALLS("python-calls");

        private final String word;

        Content(String word) {
            this.word = word;
        }

        /** Whether what is read of it is part of the value before it is complete. */
        boolean isPlain() {
            return compareTo(JSON) < 0;
        }

        static Optional<Content> of(@Nullable Object word) {
            for (var content : values()) {
                if (content.word.equals(word)) {
                    return Optional.of(content);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * A field of a template.
     *
     * @throws ChatFormatException if it is malformed, or has what is not known
     */
    static ResponseField of(String name, @Nullable Object value, ControlMarks marks) {
        var where = "response_template.fields." + name;
        var field = Values.object(value, where);
        Values.requireKnown(field, KEYS, where);
        var open = Anchor.of(field, "open", marks, where);
        var close = Anchor.of(field, "close", marks, where);
        var content = Content.of(field.getOrDefault("content", "text"))
                .orElseThrow(() -> new ChatFormatException(
                        where + ".content must be text, int, float, bool, json, xml-inline or kv-lines, but is "
                                + field.get("content")));
        var arguments =
                Values.object(field.getOrDefault("content_args", new LinkedHashMap<>()), where + ".content_args");
        if (content == Content.XML_INLINE) {
            requireTags(arguments, where + ".content_args.tag_pattern");
        }
        var join = Optional.ofNullable(field.get("join")).map(text -> Values.text(text, where + ".join"));
        boolean repeats = Values.flag(field, "repeats", false, where);
        if (join.isPresent() && !repeats) {
            throw new ChatFormatException(where + " has join without repeats");
        }
        var transform = Optional.ofNullable(field.get("transform"));
        boolean each = Values.flag(field, "transform_each", false, where);
        if (each && transform.isEmpty()) {
            throw new ChatFormatException(where + " has transform_each without transform");
        }
        transform.ifPresent(shape -> Transform.check(shape, where));
        var captured = new TreeSet<String>();
        open.ifPresent(anchor -> captured.addAll(anchor.groups().keySet()));
        close.ifPresent(anchor -> captured.addAll(anchor.groups().keySet()));
        if (transform.isEmpty() && !captured.isEmpty()) {
            throw new ChatFormatException(where + " captures " + captured + " without a transform that uses it");
        }
        return new ResponseField(
                name,
                open,
                close,
                content,
                arguments,
                repeats,
                join,
                Values.flag(field, "optional", true, where),
                transform,
                each);
    }

    private static void requireTags(Map<String, @Nullable Object> arguments, String where) {
        if (!(arguments.get("tag_pattern") instanceof String source)
                || !PythonPattern.compile(source, ControlMarks.NONE, where)
                        .groups()
                        .containsKey("key")) {
            throw new ChatFormatException(where + " must be an expression with a group named key");
        }
    }
}
