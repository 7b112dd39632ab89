package orrery.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Response templates against transformers' parser; make.py next to the cases generated them. */
final class ResponseTemplatesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** An answer's message, assembled as the reference does it. */
    private static final class Message implements RegionParser.Listener {
        private final ResponseTemplate template;
        private final Map<String, Map<String, @Nullable Object>> properties;
        private final Map<String, @Nullable Object> message;
        private final StringBuilder body = new StringBuilder();
        private Map<String, String> captures = Map.of();
        private @Nullable ResponseField field;

        Message(ResponseTemplate template, Map<String, Map<String, @Nullable Object>> properties) {
            this.template = template;
            this.properties = properties;
            message = new LinkedHashMap<>(template.defaults());
        }

        @Override
        public void opened(ResponseField begun, Map<String, String> captured, String opening) {
            field = begun;
            captures = captured;
            body.setLength(0);
        }

        @Override
        public void text(String text) {
            body.append(text);
        }

        @Override
        public void closed(boolean delimited) {
            var ended = Objects.requireNonNull(field);
            var value = Transform.processed(ended, body.toString(), captures);
            if (!properties.isEmpty()) {
                value = typed(value);
            }
            if (ended.join().isPresent()) {
                if (!(value instanceof String text)) {
                    throw new UnreadableException("join of what is no text");
                }
                message.merge(
                        ended.name(),
                        text,
                        (before, more) -> before + ended.join().get() + more);
            } else if (ended.repeats()) {
                var all = new ArrayList<@Nullable Object>();
                if (message.get(ended.name()) instanceof List<?> list) {
                    all.addAll(list);
                }
                all.add(value);
                message.put(ended.name(), all);
            } else {
                message.put(ended.name(), value);
            }
        }

        private @Nullable Object typed(@Nullable Object value) {
            if (value instanceof List<?> list) {
                var all = new ArrayList<@Nullable Object>();
                list.forEach(element -> all.add(typed(element)));
                return all;
            }
            var call = Values.asObject(value).orElse(Map.of());
            var function = Values.asObject(call.get("function")).orElse(Map.of());
            var arguments = Values.asObject(function.get("arguments"));
            if (arguments.isEmpty() || !(function.get("name") instanceof String name)) {
                return value;
            }
            var typed = new LinkedHashMap<String, @Nullable Object>(function);
            typed.put("arguments", SchemaTypes.typed(arguments.get(), properties.getOrDefault(name, Map.of())));
            var whole = new LinkedHashMap<String, @Nullable Object>(call);
            whole.put("function", typed);
            return whole;
        }

        Map<String, @Nullable Object> whole() {
            template.fields().values().forEach(each -> {
                if (!each.optional() && !message.containsKey(each.name())) {
                    throw new UnreadableException("there is no " + each.name());
                }
            });
            var whole = new LinkedHashMap<String, @Nullable Object>(message);
            whole.entrySet()
                    .removeIf(each -> !template.defaults().containsKey(each.getKey()) && isEmpty(each.getValue()));
            return whole;
        }

        private static boolean isEmpty(@Nullable Object value) {
            return value == null
                    || value.equals("")
                    || (value instanceof List<?> list && list.isEmpty())
                    || (value instanceof Map<?, ?> map && map.isEmpty());
        }
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            var map = new LinkedHashMap<String, @Nullable Object>();
            node.properties().forEach(each -> map.put(each.getKey(), plain(each.getValue())));
            return map;
        }
        if (node.isArray()) {
            var list = new ArrayList<@Nullable Object>();
            node.forEach(each -> list.add(plain(each)));
            return list;
        }
        return node.isNull()
                ? null
                : node.isString()
                        ? node.stringValue()
                        : node.isBoolean()
                                ? (Object) node.booleanValue()
                                : node.isIntegralNumber() ? node.bigIntegerValue() : (Object) node.doubleValue();
    }

    /** Numbers that JSON cannot express, by the names that make.py gives them. */
    private static @Nullable Object named(@Nullable Object value) {
        return switch (value) {
            case Double real when real.isNaN() -> "nan";
            case Double real when real.isInfinite() -> real > 0 ? "inf" : "-inf";
            case Map<?, ?> map -> {
                var named = new LinkedHashMap<Object, @Nullable Object>();
                map.forEach((key, member) -> named.put(key, named(member)));
                yield named;
            }
            case List<?> list -> {
                var named = new ArrayList<@Nullable Object>();
                list.forEach(element -> named.add(named(element)));
                yield named;
            }
            case null, default -> value;
        };
    }

    private static @Nullable Object read(JsonNode one, JsonNode template, JsonNode tools) {
        var read = ResponseTemplate.of(plain(template), ControlMarks.NONE);
        var properties = new LinkedHashMap<String, Map<String, @Nullable Object>>();
        if (one.get("tools").booleanValue()) {
            tools.forEach(tool -> {
                var function = tool.get("function");
                properties.put(
                        function.get("name").stringValue(), SchemaTypes.properties(plain(function.get("parameters"))));
            });
        }
        var message = new Message(read, properties);
        var parser = new RegionParser(read, message);
        try {
            parser.feed(read.answerIn(one.get("prefix").stringValue()));
            one.get("pieces").forEach(piece -> parser.feed(piece.stringValue()));
            parser.finish();
            return named(message.whole());
        } catch (UnreadableException unreadable) {
            return "error";
        }
    }

    @Test
    void readsRandomAnswersAsTransformersDoes() throws Exception {
        var other = System.getProperty("orrery.responseTemplates");
        var text = other != null
                ? Files.readString(Path.of(other))
                : new String(
                        Objects.requireNonNull(getClass().getResourceAsStream("response-templates.json"))
                                .readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        var cases = JSON.readTree(text);

        assertThat(cases.get("cases")).hasSizeGreaterThan(1000);
        assertThat(cases.get("cases")).allSatisfy(one -> {
            var template = cases.get("templates").get(one.get("template").stringValue());
            var expected = one.has("message") ? plain(one.get("message")) : "error";
            assertThat(read(one, template, cases.get("tools"))).as("%s", one).isEqualTo(expected);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    []                                                              | must be an object
                    {"version": 2, "start_anchor": "a", "fields": {"x": {}}}        | version must be 1
                    {"start_anchor": "a", "fields": {}}                             | at least one field
                    {"fields": {"x": {}}}                                           | must have start_anchor
                    {"start_anchor": "a", "fields": {"x": {}, "y": {}}}             | 2 fields without open
                    {"start_anchor": "a", "fields": {"x": {"opens": "b"}}}          | has opens
                    {"start_anchor": "a", "fields": {"x": {"open": ""}}}            | none of them empty
                    {"start_anchor": "a", "fields": {"x": {"open": []}}}            | at least one string
                    {"start_anchor": "a", "fields": {"x": {"open": "b", "open_pattern": "c"}}} | expected one of them
                    {"start_anchor": "a", "fields": {"x": {"open_pattern": "(b"}}}  | no expression
                    {"start_anchor": "a", "fields": {"x": {"content": "yaml"}}}     | content must be
                    {"start_anchor": "a", "fields": {"x": {"join": ","}}}           | join without repeats
                    {"start_anchor": "a", "fields": {"x": {"transform": "a{content}"}}} | placeholder within a text
                    {"start_anchor": "a", "fields": {"x": {"transform_each": true}}} | without transform
                    {"start_anchor": "a", "fields": {"x": {"open_pattern": "(?P<n>b)"}}} | captures [n]
                    {"start_anchor": "a", "fields": {"x": {"content": "xml-inline"}}} | tag_pattern
                    {"start_anchor": 1, "fields": {"x": {}}}                        | must be a string
                    """)
    void refusesTemplatesThatAreMalformed(String template, String reason) {
        assertThatThrownBy(() -> ChatFormat.of(java.util.Optional.empty(), java.util.Optional.of(template)))
                .isInstanceOf(ChatFormatException.class)
                .hasMessageContaining("response_template")
                .hasMessageContaining(reason);
    }
}
