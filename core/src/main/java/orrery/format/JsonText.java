package orrery.format;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Nested maps, lists, texts, numbers and booleans as one line of JSON. Through the generator alone: no binding of objects has to be loaded. */
public final class JsonText {
    private JsonText() {}

    /** How doubles are written. */
    public enum Doubles {
        /** As they are, and {@code null} for what is no number or infinite, since JSON has no word for it. */
        PLAIN,
        /** Whole ones without a fraction, half of what a table of them takes; what is no number or infinite is refused. */
        SHORT
    }

    /**
     * @throws IllegalArgumentException for a value of another type, or a double that is refused
     */
    public static String of(Object value, Doubles doubles) {
        var text = new StringWriter();
        try (var out = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            write(out, value, doubles);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, Object value, Doubles doubles) {
        switch (value) {
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((key, member) -> {
                    out.writeName(String.valueOf(key));
                    write(out, member, doubles);
                });
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                list.forEach(element -> write(out, element, doubles));
                out.writeEndArray();
            }
            case String text -> out.writeString(text);
            case Boolean flag -> out.writeBoolean(flag);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Double number -> write(out, number.doubleValue(), doubles);
            default -> throw new IllegalArgumentException("no JSON for a " + value.getClass());
        }
    }

    private static void write(JsonGenerator out, double number, Doubles doubles) {
        switch (doubles) {
            case PLAIN -> {
                if (Double.isFinite(number)) {
                    out.writeNumber(number);
                } else {
                    out.writeNull();
                }
            }
            case SHORT -> {
                if (!Double.isFinite(number)) {
                    throw new IllegalArgumentException("JSON has no word for " + number);
                }
                if (number == Math.rint(number) && Math.abs(number) < 1e15) {
                    out.writeNumber((long) number);
                } else {
                    out.writeNumber(number);
                }
            }
        }
    }
}
