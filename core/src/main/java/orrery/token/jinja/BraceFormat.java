package orrery.token.jinja;

import java.util.Optional;

/** Python's {@code "…{}…".format(values)}; attributes are looked up like the template's own. */
final class BraceFormat {
    private final Arguments arguments;
    private final Budget budget;
    private final boolean safe;
    private final StringBuilder out = new StringBuilder();
    private int next;

    private BraceFormat(Value.Text format, Arguments arguments, Budget budget) {
        this.arguments = arguments;
        this.budget = budget;
        this.safe = format.safe();
    }

    /**
     * Fills the fields of a format.
     *
     * @throws TemplateException if a field is malformed, has no value, or has a format specification that its value
     *     does not support
     */
    static Value format(Value.Text format, Arguments arguments, Budget budget) {
        BraceFormat formatting = new BraceFormat(format, arguments, budget);
        formatting.out.append(formatting.fill(format.text(), 0));
        return new Value.Text(formatting.out.toString(), format.safe());
    }

    private String fill(String text, int level) {
        if (level > 1) {
            throw new TemplateException("the fields of a format string are nested too deep");
        }
        budget.spend(text.length());
        StringBuilder filled = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
            if (c != '{' && c != '}') {
                filled.append(c);
                at++;
            } else if (doubled) {
                filled.append(c);
                at += 2;
            } else if (c == '}') {
                throw new TemplateException("single '}' in a format string");
            } else {
                int close = closing(text, at);
                String value = field(text.substring(at + 1, close), level);
                budget.spend(value.length());
                filled.append(value);
                at = close + 1;
            }
        }
        return filled.toString();
    }

    private static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            if (text.charAt(i) == '{') {
                depth++;
            } else if (text.charAt(i) == '}' && --depth == 0) {
                return i;
            }
        }
        throw new TemplateException("'{' without its '}' in a format string");
    }

    private String field(String field, int level) {
        int nameEnd = 0;
        boolean bracket = false;
        while (nameEnd < field.length() && (bracket || ":!".indexOf(field.charAt(nameEnd)) < 0)) {
            bracket = bracket ? field.charAt(nameEnd) != ']' : field.charAt(nameEnd) == '[';
            nameEnd++;
        }
        Value value = lookup(field.substring(0, nameEnd));
        String rest = field.substring(nameEnd);
        Optional<String> converted = Optional.empty();
        if (rest.startsWith("!")) {
            char conversion = rest.length() > 1 ? rest.charAt(1) : ' ';
            converted = Optional.of(
                    switch (conversion) {
                        case 's' -> Printer.print(value, budget);
                        case 'r', 'a' -> Printer.represent(value, budget);
                        default ->
                            throw new TemplateException("unknown conversion '" + conversion + "' in a format string");
                    });
            rest = rest.substring(2);
        }
        if (!rest.isEmpty() && rest.charAt(0) != ':') {
            throw new TemplateException("expected ':' after the conversion of a format string");
        }
        String spec = rest.isEmpty() ? "" : fill(rest.substring(1), level + 1);
        if (converted.isPresent()) {
            return escaped(FormatSpec.parse(spec).text(converted.get(), budget), false);
        }
        return formatted(value, spec);
    }

    private String formatted(Value value, String spec) {
        if (spec.isEmpty()) {
            return escaped(Printer.print(value, budget), value instanceof Value.Text text && text.safe());
        }
        FormatSpec layout = FormatSpec.parse(spec);
        return switch (value) {
            case Value.Text text -> escaped(layout.text(text.text(), budget), text.safe());
            case Value.Int _, Value.Bool _, Value.Real _ -> layout.number(value, budget);
            default -> throw new TemplateException("unsupported format string '" + spec + "' for " + value.typeName());
        };
    }

    private String escaped(String text, boolean markup) {
        return safe && !markup ? PythonText.escaped(text) : text;
    }

    private Value lookup(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        if (end == 0 && !name.isEmpty()) {
            throw new TemplateException("the field '" + name + "' of a format string names no argument");
        }
        Value value = argument(name.substring(0, end));
        int at = end;
        while (at < name.length()) {
            boolean attribute = name.charAt(at) == '.';
            if (!attribute && name.charAt(at) != '[') {
                throw new TemplateException("only '.' or '[' may follow ']' in the field '" + name + "'");
            }
            int start = at + 1;
            at = start;
            while (at < name.length() && (attribute ? ".[".indexOf(name.charAt(at)) < 0 : name.charAt(at) != ']')) {
                at++;
            }
            String part = name.substring(start, at);
            if (part.isEmpty() || (!attribute && at == name.length())) {
                throw new TemplateException("empty attribute in the field '" + name + "' of a format string");
            }
            Value key = number(part).map(n -> (Value) Value.Int.of(n)).orElse(Value.Text.of(part));
            value = attribute ? Attributes.attribute(value, part, budget) : Attributes.item(value, key, budget);
            at += attribute ? 0 : 1;
        }
        return value;
    }

    private Value argument(String name) {
        Optional<Long> index = name.isEmpty() ? Optional.of((long) next++) : number(name);
        if (index.isEmpty()) {
            Value value = arguments.named().get(name);
            if (value == null) {
                throw new TemplateException("there is no argument '" + name + "' for a format string");
            }
            return value;
        }
        if (index.get() >= arguments.positional().size()) {
            throw new TemplateException("there is no argument " + index.get() + " for a format string");
        }
        return arguments.positional().get(index.get().intValue());
    }

    private static Optional<Long> number(String text) {
        boolean digits = !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
