package orrery.constrain;

import java.math.BigDecimal;
import java.util.stream.Collectors;

/** JSON as Python's {@code json.dumps(value, ensure_ascii=False)} prints it. */
final class PlainJson {
    private PlainJson() {}

    static String of(JsonValue value) {
        return switch (value) {
            case JsonValue.Word word -> word.name().toLowerCase(java.util.Locale.ROOT);
            case JsonValue.Number(var number) -> of(number);
            case JsonValue.Text(var text) -> of(text);
            case JsonValue.Items(var items) ->
                items.stream().map(PlainJson::of).collect(Collectors.joining(", ", "[", "]"));
            case JsonValue.Members(var members) ->
                members.entrySet().stream()
                        .map(member -> of(member.getKey()) + ": " + of(member.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    private static String of(BigDecimal number) {
        int digits = number.precision() - number.scale();
        if (number.signum() == 0 || (number.scale() <= 0 && digits < 22) || (digits > -4 && digits < 17)) {
            return number.toPlainString();
        }
        var least = number.stripTrailingZeros();
        String mantissa = least.unscaledValue().abs().toString();
        return (number.signum() < 0 ? "-" : "")
                + mantissa.charAt(0)
                + (mantissa.length() > 1 ? "." + mantissa.substring(1) : "")
                + "e"
                + (digits > 0 ? "+" : "-")
                + (Math.abs(digits - 1) < 10 ? "0" : "")
                + Math.abs(digits - 1);
    }

    private static String of(String text) {
        var out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
