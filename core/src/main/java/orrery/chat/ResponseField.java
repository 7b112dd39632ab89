package orrery.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A field of an answer.
 *
 * @param open its opening delimiter; empty for the implicit field, which gets all other text
 * @param close its closing delimiter; empty if only another field or the end of the answer closes it
 * @param content the kind of its text
 * @param arguments options of {@code content}
 * @param repeats whether it may occur several times, each with its own value
 * @param join the separator, if those values are joined to one text
 * @param transform converts the value to the message's form; {@code {content}} and similar placeholders stand for
 *     values
 * @param transformEach whether the value is a list whose elements are transformed one by one
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

    /** The kind of a field's text. */
    enum Content {
        TEXT("text"),
        INT("int"),
        FLOAT("float"),
        BOOL("bool"),
        JSON("json"),
        XML_INLINE("xml-inline"),
        KV_LINES("kv-lines"),
        /** Not part of transformers: a JSON call, or a list of calls in Python syntax. */
        PYTHON_CALLS("python-calls");

        private final String word;

        Content(String word) {
            this.word = word;
        }

        /** Whether a beginning of the text is a beginning of the value. */
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
     * Reads a field of a template.
     *
     * @throws ChatFormatException if it is malformed or has unknown members
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
