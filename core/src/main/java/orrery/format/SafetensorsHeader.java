package orrery.format;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import tools.jackson.core.JsonToken;

/** The JSON header of a safetensors file: the tensors and their places. It does not know the file's size. */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {

    /** The one name in a header that is not a tensor's. */
    static final String METADATA = "__metadata__";

    /** The supported element types; sub-byte, complex and wider unsigned types are not supported. */
    private static final Map<String, DType> KNOWN = Stream.of(
                    DType.F64,
                    DType.F32,
                    DType.F16,
                    DType.BF16,
                    DType.F8_E4M3,
                    DType.F8_E5M2,
                    DType.I64,
                    DType.I32,
                    DType.I16,
                    DType.I8,
                    DType.U8,
                    DType.BOOL)
            .collect(toMap(DType::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));

    /** One tensor; {@code begin} and {@code end} count bytes from the end of the header. */
    record Entry(String name, DType dtype, Shape shape, long begin, long end) {}

    static SafetensorsHeader read(String file, byte[] json) {
        try (JsonSource source = new JsonSource(file + ", header", json)) {
            return new Reader(source).header();
        }
    }

    static String known() {
        return String.join(", ", KNOWN.keySet());
    }

    static boolean isKnown(DType dtype) {
        return KNOWN.containsKey(dtype.name());
    }

    private record Reader(JsonSource source) {

        SafetensorsHeader header() {
            if (source.next() != JsonToken.START_OBJECT) {
                throw source.wrong("expected a JSON object, which starts with {");
            }
            List<Entry> entries = new ArrayList<>();
            Map<String, String> metadata = Map.of();
            Set<String> names = new HashSet<>();
            while (source.next() != JsonToken.END_OBJECT) {
                String name = source.text();
                if (!names.add(name)) {
                    throw source.wrong("the name " + Excerpt.quoted(name) + " is given twice");
                }
                if (name.equals(METADATA)) {
                    metadata = metadata();
                } else {
                    entries.add(entry(name));
                }
            }
            source.requireEnd();
            return new SafetensorsHeader(entries, metadata);
        }

        private Map<String, String> metadata() {
            JsonToken token = source.next();
            if (token == JsonToken.VALUE_NULL) {
                return Map.of();
            }
            if (token != JsonToken.START_OBJECT) {
                throw source.wrong(METADATA + " is not an object, expected texts by name");
            }
            Map<String, String> metadata = new LinkedHashMap<>();
            while (source.next() != JsonToken.END_OBJECT) {
                String key = source.text();
                if (source.next() != JsonToken.VALUE_STRING) {
                    throw source.wrong(METADATA + ": " + Excerpt.quoted(key) + " is not a text");
                }
                if (metadata.put(key, source.text()) != null) {
                    throw source.wrong(METADATA + ": " + Excerpt.quoted(key) + " is given twice");
                }
            }
            return Collections.unmodifiableMap(metadata);
        }

        private Entry entry(String name) {
            String tensor = "tensor " + Excerpt.quoted(name);
            if (source.next() != JsonToken.START_OBJECT) {
                throw source.wrong(tensor + " is not an object, expected dtype, shape and data_offsets");
            }
            List<DType> dtype = List.of();
            List<Shape> shape = List.of();
            List<Long> offsets = List.of();
            Set<String> given = new HashSet<>();
            while (source.next() != JsonToken.END_OBJECT) {
                String key = source.text();
                if (!given.add(key)) {
                    throw source.wrong(tensor + ": " + Excerpt.quoted(key) + " is given twice");
                }
                switch (key) {
                    case "dtype" -> dtype = List.of(dtype(tensor));
                    case "shape" -> shape = List.of(shape(tensor));
                    case "data_offsets" -> offsets = offsets(tensor);
                    default ->
                        throw source.wrong(tensor + ": unknown key " + Excerpt.quoted(key)
                                + ", expected dtype, shape and data_offsets");
                }
            }
            String missing = Stream.of("dtype", "shape", "data_offsets")
                    .filter(key -> !given.contains(key))
                    .collect(joining(", "));
            if (!missing.isEmpty()) {
                throw source.wrong(tensor + " lacks " + missing);
            }
            return new Entry(name, dtype.getFirst(), shape.getFirst(), offsets.getFirst(), offsets.getLast());
        }

        private DType dtype(String tensor) {
            if (source.next() != JsonToken.VALUE_STRING) {
                throw source.wrong(tensor + ": dtype is not a text");
            }
            DType dtype = KNOWN.get(source.text());
            if (dtype == null) {
                throw source.wrong(
                        tensor + ": unknown dtype " + Excerpt.quoted(source.text()) + ", expected one of " + known());
            }
            return dtype;
        }

        private Shape shape(String tensor) {
            return new Shape(sizes(tensor + ": shape"));
        }

        private List<Long> offsets(String tensor) {
            List<Long> offsets = sizes(tensor + ": data_offsets");
            if (offsets.size() != 2) {
                throw source.wrong(tensor + ": data_offsets has " + offsets.size() + " numbers, expected 2");
            }
            return offsets;
        }

        private List<Long> sizes(String what) {
            if (source.next() != JsonToken.START_ARRAY) {
                throw source.wrong(what + " is not a list");
            }
            List<Long> sizes = new ArrayList<>();
            while (source.next() != JsonToken.END_ARRAY) {
                if (!(source.value() instanceof Long size)) {
                    throw source.wrong(what + " holds something that is not an integer below 2^63");
                }
                if (size < 0) {
                    throw source.wrong(what + " holds " + size + ", expected nothing negative");
                }
                sizes.add(size);
            }
            return sizes;
        }
    }
}
