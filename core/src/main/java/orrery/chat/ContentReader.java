package orrery.chat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses a field's text, for each kind of content of response templates. */
final class ContentReader {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+(?:_[0-9]+)*");
    private static final Pattern REAL = Pattern.compile(
            "[+-]?(?:(?:[0-9]+(?:_[0-9]+)*\\.?(?:[0-9]+(?:_[0-9]+)*)?|\\.[0-9]+(?:_[0-9]+)*)(?:e[+-]?[0-9]+(?:_[0-9]+)*)?"
                    + "|inf(?:inity)?|nan)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern BARE_KEY =
            Pattern.compile("(?<=[{,])(\\w+):", Pattern.UNICODE_CHARACTER_CLASS | Pattern.DOTALL);
    private static final String KEPT = "\u0001";
    private static final String KEPT_END = "\u0002";

    private ContentReader() {}

    /** @throws UnreadableException if the text is not of that kind */
    static @Nullable Object read(String text, ResponseField.Content content, Map<String, @Nullable Object> arguments) {
        return switch (content) {
            case TEXT -> text(text, arguments);
            case INT -> integer(text(text, arguments));
            case FLOAT -> real(text(text, arguments));
            case BOOL -> List.of("true", "1").contains(text(text, arguments).toLowerCase(Locale.ROOT));
            case JSON, PYTHON_CALLS -> json(text, arguments);
            case XML_INLINE -> tags(text, arguments);
            case KV_LINES -> lines(text, arguments);
        };
    }

    private static String text(String text, Map<String, @Nullable Object> arguments) {
        return arguments.getOrDefault("strip", true) instanceof Boolean strip && !strip
                ? text
                : PythonSpace.strip(text);
    }

    /** Parses an integer like Python's {@code int}. */
    static BigInteger integer(String text) {
        var number = PythonSpace.strip(text);
        if (!INTEGER.matcher(number).matches()) {
            throw new UnreadableException("no integer");
        }
        return new BigInteger(number.replace("_", ""));
    }

    /** Parses a number like Python's {@code float}. */
    static Double real(String text) {
        var number = PythonSpace.strip(text).toLowerCase(Locale.ROOT);
        if (!REAL.matcher(number).matches()) {
            throw new UnreadableException("no number");
        }
        if (number.contains("n")) {
            double size = number.contains("nan") ? Double.NaN : Double.POSITIVE_INFINITY;
            return number.startsWith("-") ? -size : size;
        }
        return Double.valueOf(number.replace("_", ""));
    }

    private static @Nullable Object json(String text, Map<String, @Nullable Object> arguments) {
        var delimiters = arguments.get("string_delims") instanceof List<?> list ? list : List.of();
        if (!delimiters.isEmpty() && (text.contains(KEPT) || text.contains(KEPT_END))) {
            throw new UnreadableException("a control character");
        }
        var strings = new ArrayList<String>();
        var json = text;
        for (var pair : delimiters) {
            if (!(pair instanceof List<?> both) || both.size() != 2) {
                throw new UnreadableException("string_delims must have pairs");
            }
            var string = Pattern.compile(
                    Pattern.quote(String.valueOf(both.get(0))) + "(.*?)" + Pattern.quote(String.valueOf(both.get(1))),
                    Pattern.DOTALL);
            json = string.matcher(json).replaceAll(found -> {
                strings.add(found.group(1));
                return KEPT + (strings.size() - 1) + KEPT_END;
            });
        }
        if (arguments.get("unquoted_keys") instanceof Boolean bare && bare) {
            json = BARE_KEY.matcher(json).replaceAll("\"$1\":");
        }
        for (int i = 0; i < strings.size(); i++) {
            json = json.replace(KEPT + i + KEPT_END, PlainJson.write(strings.get(i)));
        }
        try {
            return PlainJson.read(json);
        } catch (UnreadableException malformed) {
            if (arguments.get("allow_non_json") instanceof Boolean allowed && allowed) {
                return text(text, arguments);
            }
            throw malformed;
        }
    }

    private static @Nullable Object nested(@Nullable String text, Map<String, @Nullable Object> arguments) {
        var parser = Values.asObject(arguments.get("value_parser"));
        if (parser.isEmpty()) {
            return text;
        }
        var content = ResponseField.Content.of(parser.get().getOrDefault("name", "text"));
        if (content.isEmpty() || text == null) {
            throw new UnreadableException("no value");
        }
        return read(
                text, content.get(), Values.asObject(parser.get().get("args")).orElse(Map.of()));
    }

    private static Map<String, @Nullable Object> tags(String text, Map<String, @Nullable Object> arguments) {
        if (!(arguments.get("tag_pattern") instanceof String source)) {
            throw new UnreadableException("there is no tag_pattern");
        }
        var tag = PythonPattern.compile(source, ControlMarks.NONE, "tag_pattern");
        boolean merge = arguments.get("merge_duplicates") instanceof Boolean flag && flag;
        var values = new LinkedHashMap<String, @Nullable Object>();
        var matcher = tag.pattern().matcher(text);
        while (matcher.find()) {
            var key = group(tag, matcher, "key").orElseThrow(() -> new UnreadableException("a tag without a key"));
            var named = tag.groups().containsKey("value");
            var value = nested(named ? group(tag, matcher, "value").orElse(null) : "", arguments);
            if (merge && values.containsKey(key)) {
                var merged = new ArrayList<@Nullable Object>();
                if (values.get(key) instanceof List<?> list) {
                    merged.addAll(list);
                } else {
                    merged.add(values.get(key));
                }
                merged.add(value);
                values.put(key, merged);
            } else {
                values.put(key, value);
            }
        }
        return values;
    }

    private static Optional<String> group(PythonPattern.Compiled tag, Matcher matcher, String name) {
        return Optional.ofNullable(tag.groups().get(name)).map(matcher::group);
    }

    private static Map<String, @Nullable Object> lines(String text, Map<String, @Nullable Object> arguments) {
        var lineEnd = arguments.getOrDefault("line_sep", "\n") instanceof String given ? given : "\n";
        var between = arguments.getOrDefault("kv_sep", ":") instanceof String given ? given : ":";
        var values = new LinkedHashMap<String, @Nullable Object>();
        for (var written : text.split(Pattern.quote(lineEnd), -1)) {
            var line = text(written, arguments);
            int at = line.indexOf(between);
            if (!line.isEmpty() && at >= 0) {
                values.put(
                        text(line.substring(0, at), arguments),
                        nested(text(line.substring(at + between.length()), arguments), arguments));
            }
        }
        return values;
    }
}
