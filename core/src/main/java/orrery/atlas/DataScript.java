package orrery.atlas;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Data as a script that hands them to the page: a page that is opened from a disk may load scripts, and nothing else. */
final class DataScript {
    private static final JsonFactory JSON = new JsonFactory();

    private DataScript() {}

    /**
     * @param name under which the page asks for it
     * @param value nested maps, lists, texts, numbers and booleans
     */
    static String of(String name, Object value) {
        var text = new StringWriter();
        text.write("orreryAtlas.register(");
        text.write(json(name));
        text.write(",");
        text.write(json(value));
        text.write(");\n");
        return text.toString();
    }

    private static String json(Object value) {
        var text = new StringWriter();
        try (var out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            write(out, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((key, member) -> {
                    out.writeName(String.valueOf(key));
                    write(out, member);
                });
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                list.forEach(element -> write(out, element));
                out.writeEndArray();
            }
            case String text -> out.writeString(text);
            case Boolean flag -> out.writeBoolean(flag);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Double number
            when !Double.isFinite(number) -> throw new IllegalArgumentException("JSON has no word for " + number);
            // Whole numbers without a fraction: the half of what the curves take.
            case Double number
            when number == Math.rint(number) && Math.abs(number) < 1e15 -> out.writeNumber(number.longValue());
            case Double number -> out.writeNumber(number);
            default -> throw new IllegalArgumentException("no JSON for a " + value.getClass());
        }
    }
}
