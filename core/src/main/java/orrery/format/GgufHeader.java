package orrery.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import orrery.tensor.Shape;

/**
 * The header of a GGUF file of version 2 or 3: metadata by key, and the list of tensors. Source: the GGUF specification
 * in github.com/ggml-org/ggml, {@code docs/gguf.md}.
 *
 * @param values by their GGUF keys, as {@link Metadata#of} takes them
 * @param entries in the order of the file
 * @param alignment tensors start at multiples of this, in bytes
 * @param end bytes of the header; tensors start at the next multiple of the alignment
 */
record GgufHeader(Map<String, Object> values, List<Entry> entries, long alignment, long end) {
    static final String ALIGNMENT = "general.alignment";

    static final int MAGIC = 0x46554747; // "GGUF" read as a little-endian integer
    private static final Set<Integer> BEFORE_GGUF = Set.of(0x67676D6C, 0x67676D66, 0x67676A74, 0x67676C61);
    private static final long DEFAULT_ALIGNMENT = 32;

    /** ggml's tensors have at most four dimensions. */
    private static final int MOST_DIMENSIONS = 4;

    static final int LONGEST_NAME = 65_535;

    /** One tensor; {@code begin} counts bytes from the start of the first tensor. */
    record Entry(String name, GgufTensorType type, Shape shape, long begin) {
        /** Bytes of the tensor; checked not to overflow. */
        long bytes() {
            return type.bytes(shape.elements());
        }

        @Override
        public String toString() {
            return "tensor " + Excerpt.quoted(name);
        }
    }

    /** Reads only the metadata: tensors of unsupported types do not matter. */
    static Map<String, Object> readValues(GgufSource source) throws IOException {
        return new Reader(source).values();
    }

    /** Where a value's bytes are in the file, including its type. */
    record Place(long begin, long end) {}

    /** Where each value is, by key in the order of the file. */
    static SequencedMap<String, Place> readPlaces(GgufSource source) throws IOException {
        var reader = new Reader(source);
        reader.values();
        return reader.places;
    }

    static GgufHeader read(GgufSource source) throws IOException {
        var reader = new Reader(source);
        var values = reader.values();
        long alignment = reader.alignment(values);
        return new GgufHeader(values, reader.entries(alignment), alignment, source.position());
    }

    private static final class Reader {
        private final GgufSource source;
        private final long tensors;
        private final long keys;
        private final SequencedMap<String, Place> places = new LinkedHashMap<>();

        Reader(GgufSource source) throws IOException {
            this.source = source;
            int magic = source.integer("the mark GGUF");
            if (BEFORE_GGUF.contains(magic)) {
                throw source.wrong(
                        "this is a model file of ggml from before GGUF, expected GGUF; convert the model anew");
            }
            if (magic != MAGIC) {
                throw source.wrong("this is not a GGUF file, expected it to start with GGUF");
            }
            int version = source.integer("the version");
            if (version != 0 && (version & 0xFFFF) == 0) {
                throw source.wrong("this is a big-endian GGUF file, expected a little-endian one");
            }
            if (version != 2 && version != 3) {
                throw source.wrong(
                        "this is GGUF of version " + Integer.toUnsignedString(version) + ", expected version 2 or 3");
            }
            tensors = source.number("the number of tensors");
            keys = source.number("the number of keys");
            source.require(keys, Long.BYTES + Integer.BYTES + 1, "the keys");
            source.require(tensors, 2 * Long.BYTES + 2 * Integer.BYTES, "the tensors");
        }

        Map<String, Object> values() throws IOException {
            var values = new LinkedHashMap<String, Object>();
            for (long i = 0; i < keys; i++) {
                String key = name("key " + i);
                if (values.containsKey(key)) {
                    throw source.wrong("the key " + Excerpt.quoted(key) + " is given twice");
                }
                String what = "the value of " + Excerpt.quoted(key);
                long begin = source.position();
                var type = type(what);
                values.put(key, type == GgufValue.ARRAY ? array(what) : value(type, what));
                places.put(key, new Place(begin, source.position()));
            }
            return values;
        }

        private String name(String what) throws IOException {
            String name = source.text(what);
            if (name.isEmpty() || name.length() > LONGEST_NAME) {
                throw source.wrong(
                        what + " has a name of " + name.length() + " characters, expected 1 to " + LONGEST_NAME);
            }
            return name;
        }

        private GgufValue type(String what) throws IOException {
            int number = source.integer("the type of " + what);
            if (!GgufValue.isKnown(number)) {
                throw source.wrong(
                        what + " is of the unknown type " + Integer.toUnsignedString(number) + ", expected 0 to 12");
            }
            return GgufValue.of(number);
        }

        private Object value(GgufValue type, String what) throws IOException {
            return type == GgufValue.STRING ? source.text(what) : new PackedList(type, plain(type, 1, what)).getFirst();
        }

        private List<?> array(String what) throws IOException {
            var type = type("an element of " + what);
            long count = source.number("the length of " + what);
            if (type == GgufValue.ARRAY) {
                throw source.wrong(what + " is an array of arrays, expected texts, numbers or flags");
            }
            source.require(count, type == GgufValue.STRING ? Long.BYTES : type.bytes(), what);
            return type == GgufValue.STRING
                    ? source.texts((int) count, what)
                    : new PackedList(type, plain(type, (int) count, what));
        }

        private byte[] plain(GgufValue type, int count, String what) throws IOException {
            byte[] bytes = source.bytes(count * type.bytes(), what);
            if (type == GgufValue.BOOL) {
                for (byte flag : bytes) {
                    if (flag != 0 && flag != 1) {
                        throw source.wrong(what + " holds the byte " + (flag & 0xFF) + " as a flag, expected 0 or 1");
                    }
                }
            }
            return bytes;
        }

        long alignment(Map<String, Object> values) {
            var value = values.getOrDefault(ALIGNMENT, DEFAULT_ALIGNMENT);
            if (value instanceof Long alignment && alignment > 0 && Long.bitCount(alignment) == 1) {
                return alignment;
            }
            throw source.wrong(ALIGNMENT + " is " + Excerpt.described(value) + ", expected a power of two");
        }

        List<Entry> entries(long alignment) throws IOException {
            var entries = new ArrayList<Entry>();
            var names = new HashSet<String>();
            for (long i = 0; i < tensors; i++) {
                var entry = entry(name("tensor " + i), alignment);
                if (!names.add(entry.name())) {
                    throw source.wrong(entry + " is given twice");
                }
                entries.add(entry);
            }
            return entries;
        }

        private Entry entry(String name, long alignment) throws IOException {
            String tensor = "tensor " + Excerpt.quoted(name);
            int dimensions = source.integer("the number of dimensions of " + tensor);
            if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
                throw source.wrong(tensor + " has " + Integer.toUnsignedString(dimensions)
                        + " dimensions, expected 1 to " + MOST_DIMENSIONS);
            }
            var extents = new ArrayList<Long>();
            for (int i = 0; i < dimensions; i++) {
                long extent = source.number("a dimension of " + tensor);
                if (extent < 0) {
                    throw source.wrong(
                            tensor + " has a dimension of " + Long.toUnsignedString(extent) + ", more than 2^63");
                }
                extents.addFirst(extent); // innermost first in the file
            }
            var shape = new Shape(extents);
            int number = source.integer("the type of " + tensor);
            var type =
                    GgufTensorType.of(number).orElseThrow(() -> source.wrong(tensor + GgufTensorType.refusal(number)));
            long begin = source.number("the offset of " + tensor);
            if (begin < 0 || begin % alignment != 0) {
                throw source.wrong(tensor + " begins at byte " + Long.toUnsignedString(begin)
                        + " of the data, expected a multiple of the alignment, " + alignment);
            }
            requireBytes(tensor, type, shape);
            return new Entry(name, type, shape, begin);
        }

        private void requireBytes(String tensor, GgufTensorType type, Shape shape) {
            if (shape.columns() % type.blockElements() != 0) {
                throw source.wrong(tensor + " has rows of " + shape.columns() + " elements, not a whole number of "
                        + type.name() + " blocks of " + type.blockElements());
            }
            try {
                type.bytes(shape.elements());
            } catch (ArithmeticException e) {
                throw new FormatException(
                        source.at(tensor + " is " + type.name() + " " + shape + ", more than 2^63 bytes"), e);
            }
        }
    }
}
