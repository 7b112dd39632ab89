package orrery.format;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Reads and writes JSON as nested maps, lists, strings, numbers and booleans, with only Jackson's generator and parser:
 * no data binding has to be loaded.
 */
public final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonText() {}

    /** How doubles are written. */
    public enum Doubles {
        /** Unchanged; {@code null} for NaN and infinities, which JSON cannot express. */
        PLAIN,
        /** Unchanged; NaN and infinities are refused. */
        FINITE,
        /** Whole numbers without a fraction, which halves a table of them; NaN and infinities are refused. */
        SHORT
    }

    /** A line for each value. */
    private static final class Lines extends ObjectWriteContext.Base {
        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }
    }

    /**
     * On one line.
     *
     * @throws IllegalArgumentException for a value of another type, or a double that is refused
     */
    public static String of(Object value, Doubles doubles) {
        return written(value, doubles, ObjectWriteContext.empty());
    }

    /**
     * On many lines, for people.
     *
     * @throws IllegalArgumentException for a value of another type, or a double that is refused
     */
    public static String indented(Object value, Doubles doubles) {
        return written(value, doubles, new Lines());
    }

    private static String written(Object value, Doubles doubles, ObjectWriteContext context) {
        var text = new StringWriter();
        try (var out = FACTORY.createGenerator(context, text)) {
            write(out, value, doubles);
        }
        return text.toString();
    }

    /**
     * Reads a file that contains one object, for code that writes it again; code that reads certain keys uses
     * {@link Metadata}.
     *
     * @return a mutable map, whose values {@link #of} takes
     * @throws FormatException if the file cannot be read or is not one JSON object, with file, line and column
     */
    public static Map<String, Object> object(Path file) {
        try (var source = new JsonSource(file.toString(), SmallFile.bytes(file))) {
            return new LinkedHashMap<>(source.object());
        }
    }

    /**
     * Reads JSON Lines: a file with an object on each line. Blank lines do not count.
     *
     * @return the objects, by the number of their line, from 1
     * @throws FormatException if the file cannot be read or a line is not one JSON object, with file, line and column
     */
    public static SequencedMap<Integer, Metadata> lines(Path file) {
        var objects = new LinkedHashMap<Integer, Metadata>();
        int number = 0;
        for (String line : SmallFile.text(file).split("\n", -1)) {
            number++;
            if (!line.isBlank()) {
                String origin = file + ", line " + number;
                try (var source = new JsonSource(origin, line.getBytes(StandardCharsets.UTF_8))) {
                    objects.put(number, Metadata.of(origin, source.object()));
                }
            }
        }
        return objects;
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
            case BigInteger number -> out.writeNumber(number);
            case JsonNull _ -> out.writeNull();
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
            case FINITE -> {
                requireFinite(number);
                out.writeNumber(number);
            }
            case SHORT -> {
                requireFinite(number);
                if (number == Math.rint(number) && Math.abs(number) < 1e15) {
                    out.writeNumber((long) number);
                } else {
                    out.writeNumber(number);
                }
            }
        }
    }

    private static void requireFinite(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("JSON has no word for " + number);
        }
    }
}
