package orrery.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a model's file, read by key and type. It remembers which keys were read, so that a reader can name
 * those that it did not understand ({@link #unread()}).
 *
 * <p>JSON null counts as absent if there is a fallback. An integer is an acceptable decimal, and {@code 2.0} an
 * acceptable integer; 0 and 1 are not flags. Every accessor throws {@link FormatException} naming the file, the key,
 * the value found and what was expected. Not for several threads at once.
 */
public final class Metadata {
    /**
     * The longest JSON file that is read, in bytes. Released config.json files are below 2 MB (the longest known has a
     * label map of 21,000 classes); nested values may take some twenty times the space of their text.
     */
    public static final long LONGEST_FILE = 16L << 20;

    private static final String INTEGER = "an integer from -2147483648 to 2147483647";
    private static final String LONG_INTEGER = "an integer of up to 64 bits";
    private static final String NUMBER = "a number";
    private static final String TEXT = "a text";

    private final String file;
    private final String path;
    private final Map<String, Object> values;
    private final Set<String> asked = new HashSet<>();
    private final Map<String, Metadata> opened = new TreeMap<>();

    private Metadata(String file, String path, Map<?, ?> values) {
        this.file = file;
        this.path = path;
        this.values = new LinkedHashMap<>();
        values.forEach((key, value) -> this.values.put(String.valueOf(key), plain(value)));
    }

    /**
     * Metadata of values in memory.
     *
     * @param origin their source, for messages: {@code config.json}
     * @param values String, integer numbers, Float, Double, Boolean, List, Map (with string keys) or null; nested lists
     *     and maps are not copied and must not change afterwards
     */
    public static Metadata of(String origin, Map<String, ?> values) {
        return new Metadata(origin, "", values);
    }

    /** The same values for another reader, possibly in another thread: its reads are not recorded here. */
    public Metadata anew() {
        return new Metadata(file, path, values);
    }

    /**
     * Reads one JSON object from a file of at most {@link #LONGEST_FILE} bytes.
     *
     * @throws FormatException if the file cannot be read, is too long, is not UTF-8 JSON, is nested too deeply, has a
     *     duplicate key, or has a number beyond the range of a double; with file, line and column
     */
    public static Metadata readJson(Path file) {
        byte[] bytes = FileBytes.read(file, LONGEST_FILE);
        if (bytes.length == 0) {
            throw new FormatException(file + " is empty, expected a JSON object");
        }
        return parseJson(String.valueOf(file.getFileName()), bytes);
    }

    /**
     * Reads one JSON object from memory.
     *
     * @param origin its source, for messages
     * @throws FormatException as {@link #readJson}
     */
    public static Metadata parseJson(String origin, byte[] bytes) {
        try (JsonSource source = new JsonSource(origin, bytes)) {
            return of(origin, source.object());
        }
    }

    /**
     * Sets a key that the file omits because its context implies it: a multimodal wrapper may not repeat the
     * {@code model_type} of its text part.
     */
    public Metadata assume(String key, Object value) {
        if (!has(key)) {
            values.put(key, plain(value));
        }
        return this;
    }

    /** The file, and the key within it: {@code config.json} or {@code config.json: rope_scaling}. */
    public String origin() {
        return path.isEmpty() ? file : file + ": " + path;
    }

    /** Every key, including null ones, in natural order; listing them does not mark them as read. */
    public SortedSet<String> keys() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(values.keySet()));
    }

    /** Present, and not null. */
    public boolean has(String key) {
        return find(key) != null;
    }

    /** Present, even if null. */
    public boolean mentions(String key) {
        asked.add(key);
        return values.containsKey(key);
    }

    /** Whether the value is a list; also false if there is none. */
    public boolean isList(String key) {
        return find(key) instanceof List;
    }

    /** Whether the value is a number; also false if there is none. */
    public boolean isNumber(String key) {
        return find(key) instanceof Number;
    }

    /** Whether the value is a text; also false if there is none. */
    public boolean isText(String key) {
        return find(key) instanceof String;
    }

    /** Whether the value is true or false; also false if there is none. */
    public boolean isFlag(String key) {
        return find(key) instanceof Boolean;
    }

    /** Whether the value is an object, which {@link #child} returns; also false if there is none. */
    public boolean isObject(String key) {
        return find(key) instanceof Map;
    }

    public int integer(String key) {
        return toInteger(at(key), require(key, INTEGER));
    }

    public int integer(String key, int fallback) {
        Object value = find(key);
        return value == null ? fallback : toInteger(at(key), value);
    }

    /** An integer of up to 64 bits. */
    public long longInteger(String key) {
        if (require(key, LONG_INTEGER) instanceof Long number) {
            return number;
        }
        throw wrong(at(key), require(key, LONG_INTEGER), LONG_INTEGER);
    }

    public double decimal(String key) {
        return toDecimal(at(key), require(key, NUMBER));
    }

    public double decimal(String key, double fallback) {
        Object value = find(key);
        return value == null ? fallback : toDecimal(at(key), value);
    }

    public boolean flag(String key) {
        return toFlag(at(key), require(key, "true or false"));
    }

    public boolean flag(String key, boolean fallback) {
        Object value = find(key);
        return value == null ? fallback : toFlag(at(key), value);
    }

    public String text(String key) {
        return toText(at(key), require(key, TEXT));
    }

    public String text(String key, String fallback) {
        Object value = find(key);
        return value == null ? fallback : toText(at(key), value);
    }

    /** Each element as in {@link #integer}. */
    public List<Integer> integers(String key) {
        return elements(key, "a list of integers", this::toInteger);
    }

    /** Each element as in {@link #decimal}. */
    public List<Double> decimals(String key) {
        return elements(key, "a list of numbers", this::toDecimal);
    }

    /** The lists of a list, each element as in {@link #decimal}. */
    public List<List<Double>> decimalRows(String key) {
        return elements(key, "a list of lists of numbers", (place, value) -> {
            if (!(value instanceof List<?> row)) {
                throw wrong(place, value, "a list of numbers");
            }
            return row.stream().map(element -> toDecimal(place, plain(element))).toList();
        });
    }

    public List<Boolean> flags(String key) {
        return elements(key, "a list of flags", this::toFlag);
    }

    public List<String> texts(String key) {
        return elements(key, "a list of texts", this::toText);
    }

    /** Each element as in {@link #texts}, without an object for each; half of a surrogate pair becomes U+FFFD. */
    public PackedTexts packedTexts(String key) {
        return find(key) instanceof PackedTexts packed ? packed : PackedTexts.of(texts(key));
    }

    /** Each element as in {@link #integer}, without an object for each: vocabularies have hundreds of thousands. */
    public int[] integerArray(String key) {
        if (find(key) instanceof PackedList packed && packed.type().fitsInt()) {
            return packed.integers();
        }
        return integers(key).stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Each element as a float, without an object for each; a GGUF file's floats are returned bit for bit, even
     * infinities.
     */
    public float[] floatArray(String key) {
        if (find(key) instanceof PackedList packed && packed.type() == GgufValue.FLOAT32) {
            return packed.floats();
        }
        if (find(key) instanceof List<?> list && list.stream().allMatch(Float.class::isInstance)) {
            var floats = new float[list.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (Float) list.get(i);
            }
            return floats;
        }
        var decimals = decimals(key);
        var floats = new float[decimals.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = decimals.get(i).floatValue();
        }
        return floats;
    }

    /** The object of a key, always the same instance; empty if it is absent or null. */
    public Optional<Metadata> child(String key) {
        Object value = find(key);
        return value == null ? Optional.empty() : Optional.of(open(key, value));
    }

    /** The object of a key, which must be present. */
    public Metadata requireChild(String key) {
        return open(key, require(key, "an object"));
    }

    /** The objects of a list, each named by its index: {@code chat_template[0]}. */
    public List<Metadata> children(String key) {
        return elements(key, "a list of objects", (place, value) -> {
            if (!(value instanceof Map<?, ?> object)) {
                throw wrong(place, value, "an object");
            }
            return new Metadata(file, dotted(place.toString()), object);
        });
    }

    /**
     * The keys that were not read, in natural order. Those of an opened child are listed with a dotted path,
     * {@code rope_scaling.factor}; a child that was not opened is listed once, by its own key.
     */
    public SortedSet<String> unread() {
        SortedSet<String> unread = new TreeSet<>(values.keySet());
        unread.removeAll(asked);
        opened.forEach((key, child) -> child.unread().forEach(inner -> unread.add(key + "." + inner)));
        return Collections.unmodifiableSortedSet(unread);
    }

    private @Nullable Object find(String key) {
        asked.add(key);
        Object value = values.get(key);
        return value == JsonNull.NULL ? null : value;
    }

    private Object require(String key, String expected) {
        Object value = find(key);
        if (value != null) {
            return value;
        }
        String state = values.containsKey(key) ? " is null" : " is missing";
        throw new FormatException(file + ": " + dotted(key) + state + ", expected " + expected);
    }

    private Metadata open(String key, Object value) {
        if (!(value instanceof Map<?, ?> object)) {
            throw wrong(at(key), value, "an object");
        }
        return opened.computeIfAbsent(key, name -> new Metadata(file, dotted(name), object));
    }

    /** Reads one element; its name is only built for a message. */
    @FunctionalInterface
    private interface Reading<T> {
        T read(Place place, Object value);
    }

    /** A key, or an element of its list. */
    private record Place(String key, int index) {
        @Override
        public String toString() {
            return index < 0 ? key : key + "[" + index + "]";
        }
    }

    private static Place at(String key) {
        return new Place(key, -1);
    }

    private <T> List<T> elements(String key, String expected, Reading<T> reading) {
        if (!(require(key, expected) instanceof List<?> list)) {
            throw wrong(at(key), require(key, expected), expected);
        }
        List<T> elements = new ArrayList<>(list.size());
        for (Object element : list) {
            elements.add(reading.read(new Place(key, elements.size()), plain(element)));
        }
        return Collections.unmodifiableList(elements);
    }

    private int toInteger(Place place, Object value) {
        if (value instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        if (value instanceof Double number && number == number.intValue()) {
            return number.intValue();
        }
        throw wrong(place, value, INTEGER);
    }

    private double toDecimal(Place place, Object value) {
        if (!(value instanceof Number number)) {
            throw wrong(place, value, NUMBER);
        }
        if (!Double.isFinite(number.doubleValue())) {
            throw wrong(place, value, "a finite number");
        }
        return number.doubleValue();
    }

    private boolean toFlag(Place place, Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(place, value, "true or false");
    }

    private String toText(Place place, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(place, value, TEXT);
    }

    private FormatException wrong(Place place, Object value, String expected) {
        return new FormatException(
                file + ": " + dotted(place.toString()) + " is " + Excerpt.described(value) + ", expected " + expected);
    }

    private String dotted(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.NULL;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Float number -> number.doubleValue();
            default -> value;
        };
    }
}
