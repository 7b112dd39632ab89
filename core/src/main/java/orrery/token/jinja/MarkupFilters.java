package orrery.token.jinja;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Jinja's filters for HTML and URLs. */
final class MarkupFilters {
    private static final Pattern TAGS = Pattern.compile("<!--.*?-->|<[^>]*>", Pattern.DOTALL);
    private static final String UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~";

    private MarkupFilters() {}

    static void register(Map<String, Filters.Filter> filters) {
        filters.put("safe", (input, arguments, interpreter) -> {
            arguments.bind("safe");
            return new Value.Text(Printer.print(input, interpreter.budget()), true);
        });
        filters.put("escape", (input, arguments, interpreter) -> escape(input, arguments, interpreter, false));
        filters.put("e", (input, arguments, interpreter) -> escape(input, arguments, interpreter, false));
        filters.put("forceescape", (input, arguments, interpreter) -> escape(input, arguments, interpreter, true));
        filters.put("striptags", (input, arguments, interpreter) -> {
            arguments.bind("striptags");
            String text = Printer.print(input, interpreter.budget());
            // For each '<' that is never closed, the search goes to the end.
            long opens = text.chars().filter(c -> c == '<').count();
            interpreter.budget().spend(text.length() * Math.max(1, opens / 64));
            String bare =
                    String.join(" ", TAGS.matcher(text).replaceAll("").trim().split("\\s+"));
            return Value.Text.of(unescaped(bare));
        });
        filters.put("urlencode", MarkupFilters::urlencode);
        filters.put("xmlattr", MarkupFilters::xmlattr);
    }

    private static Value escape(Value input, Arguments arguments, Interpreter interpreter, boolean again) {
        arguments.bind("escape");
        Value.Text text = TextFilters.soft(input, interpreter.budget());
        interpreter.budget().spend(text.text().length() * 6L);
        return new Value.Text(text.safe() && !again ? text.text() : PythonText.escaped(text.text()), true);
    }

    private static String unescaped(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }

    private static Value urlencode(Value input, Arguments arguments, Interpreter interpreter) {
        arguments.bind("urlencode");
        Budget budget = interpreter.budget();
        if (input instanceof Value.Text || !Sequences.iterable(input)) {
            return Value.Text.of(quoted(Printer.print(input, budget), "/", budget));
        }
        List<Value> pairs = input instanceof Value.Dict dict ? dict.items() : Sequences.list(input, budget);
        StringBuilder out = new StringBuilder();
        for (Value pair : pairs) {
            List<Value> parts = Sequences.list(pair, budget);
            if (parts.size() != 2) {
                throw new TemplateException("urlencode() needs pairs of a name and a value");
            }
            out.append(out.isEmpty() ? "" : "&")
                    .append(quoted(Printer.print(parts.get(0), budget), "", budget)
                            .replace("%20", "+"))
                    .append('=')
                    .append(quoted(Printer.print(parts.get(1), budget), "", budget)
                            .replace("%20", "+"));
        }
        return Value.Text.of(out.toString());
    }

    private static String quoted(String text, String kept, Budget budget) {
        budget.spend(text.length() * 9L);
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (UNRESERVED.indexOf(c) >= 0 || kept.indexOf(c) >= 0)) {
                out.append(c);
            } else {
                out.append(String.format("%%%02X", (int) c));
            }
        }
        return out.toString();
    }

    private static Value xmlattr(Value input, Arguments arguments, Interpreter interpreter) {
        boolean space = arguments.bind("xmlattr", "autospace").truth(0, true);
        Budget budget = interpreter.budget();
        if (!(input instanceof Value.Dict dict)) {
            throw new TemplateException("xmlattr needs a mapping, not " + input.typeName());
        }
        StringBuilder out = new StringBuilder();
        for (Value.Dict.Entry entry : dict.entries().values()) {
            if (entry.value() == Value.None.NONE || entry.value() instanceof Value.Undefined) {
                continue;
            }
            String name = Printer.print(entry.key(), budget);
            if (name.chars().anyMatch(c -> PythonText.isSpace(c) || "/>=".indexOf(c) >= 0)) {
                throw new TemplateException("invalid character in the attribute name '" + name + "'");
            }
            String value = PythonText.escaped(Printer.print(entry.value(), budget));
            budget.spend(6L * (name.length() + value.length() + 4));
            out.append(out.isEmpty() ? "" : " ").append(PythonText.escaped(name));
            out.append("=\"").append(value).append('"');
        }
        return Value.Text.of(space && !out.isEmpty() ? " " + out : out.toString());
    }
}
