package orrery.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The metadata of a GGUF file to write: keys in the order in which they were first put, each with a value of one of
 * GGUF's types. Putting a key again replaces its value. Not for several threads at once.
 *
 * <p>A key's type is part of its meaning: other programs reject a count that is not UINT32.
 */
public final class GgufMetadata {
    private final SequencedMap<String, byte[]> values = new LinkedHashMap<>();

    /**
     * All metadata of a file, with each value's bytes unchanged.
     *
     * @throws FormatException if its header cannot be read
     */
    public static GgufMetadata of(Path file) {
        FileBytes.requireRegular(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var metadata = new GgufMetadata();
            for (var entry :
                    GgufHeader.readPlaces(new GgufSource(file, channel)).entrySet()) {
                var place = entry.getValue();
                int length = Math.toIntExact(place.end() - place.begin());
                metadata.values.put(entry.getKey(), FileBytes.read(file, channel, place.begin(), length));
            }
            return metadata;
        } catch (IOException e) {
            throw FormatException.unreadable(file, e);
        }
    }

    /** Every key. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.sequencedKeySet());
    }

    /** Removes a key, if it is present. */
    public GgufMetadata remove(String key) {
        values.remove(key);
        return this;
    }

    public GgufMetadata text(String key, String value) {
        return put(key, GgufValue.STRING, utf8(key, value));
    }

    /**
     * A count or an id: UINT32.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public GgufMetadata count(String key, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(key + " is " + value + ", and counts are not negative");
        }
        return put(key, GgufValue.UINT32, little(4).putInt(value));
    }

    /** FLOAT32. */
    public GgufMetadata decimal(String key, double value) {
        return put(key, GgufValue.FLOAT32, little(4).putFloat((float) value));
    }

    public GgufMetadata flag(String key, boolean value) {
        return put(key, GgufValue.BOOL, little(1).put((byte) (value ? 1 : 0)));
    }

    public GgufMetadata texts(String key, List<String> values) {
        var bytes = new ByteArrayOutputStream();
        values.forEach(value -> bytes.writeBytes(utf8(key, value).array()));
        return array(key, GgufValue.STRING, values.size(), ByteBuffer.wrap(bytes.toByteArray()));
    }

    /** INT32 elements. */
    public GgufMetadata integers(String key, int... values) {
        var bytes = little(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return array(key, GgufValue.INT32, values.length, bytes);
    }

    /** FLOAT32 elements. */
    public GgufMetadata decimals(String key, float... values) {
        var bytes = little(4 * values.length);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return array(key, GgufValue.FLOAT32, values.length, bytes);
    }

    /**
     * A value whose Java type selects the GGUF type: Integer (a count), Float, Boolean, String, or a non-empty list of
     * Integer, Float or Boolean.
     *
     * @throws IllegalArgumentException for any other type
     */
    public GgufMetadata value(String key, Object value) {
        return switch (value) {
            case Integer number -> count(key, number);
            case Float number -> decimal(key, number);
            case Boolean flag -> flag(key, flag);
            case String text -> text(key, text);
            case List<?> list
            when !list.isEmpty() && list.stream().allMatch(Integer.class::isInstance) ->
                integers(key, list.stream().mapToInt(each -> (Integer) each).toArray());
            case List<?> list
            when !list.isEmpty() && list.stream().allMatch(Boolean.class::isInstance) ->
                flags(key, list.stream().map(Boolean.class::cast).toList());
            case List<?> list
            when !list.isEmpty() && list.stream().allMatch(Float.class::isInstance) -> {
                var floats = new float[list.size()];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (Float) list.get(i);
                }
                yield decimals(key, floats);
            }
            default -> throw new IllegalArgumentException(key + " is " + value + ", which no type of GGUF stands for");
        };
    }

    public GgufMetadata flags(String key, List<Boolean> values) {
        var bytes = little(values.size());
        values.forEach(value -> bytes.put((byte) (value ? 1 : 0)));
        return array(key, GgufValue.BOOL, values.size(), bytes);
    }

    private GgufMetadata array(String key, GgufValue type, int count, ByteBuffer elements) {
        var bytes = little(4 + 8 + elements.capacity()).putInt(type.ordinal()).putLong(count);
        return put(key, GgufValue.ARRAY, bytes.put(elements.array()));
    }

    private GgufMetadata put(String key, GgufValue type, ByteBuffer value) {
        if (key.isEmpty() || utf8(key, key).capacity() > 8 + GgufHeader.LONGEST_NAME) {
            throw new IllegalArgumentException("a key of " + key.length() + " characters");
        }
        values.put(
                key,
                little(4 + value.capacity())
                        .putInt(type.ordinal())
                        .put(value.array())
                        .array());
        return this;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A GGUF string: its length in bytes, then UTF-8. */
    static ByteBuffer utf8(String where, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new FormatException(Excerpt.quoted(where) + " holds half of a surrogate pair in "
                    + Excerpt.quoted(text) + ", expected valid Unicode");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return little(8 + bytes.length).putLong(bytes.length).put(bytes);
    }

    /** The encoded keys and values, in order. */
    List<byte[]> parts() {
        var parts = new ArrayList<byte[]>();
        values.forEach((key, value) -> {
            parts.add(utf8(key, key).array());
            parts.add(value);
        });
        return parts;
    }

    int size() {
        return values.size();
    }
}
