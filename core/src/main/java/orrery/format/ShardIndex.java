package orrery.format;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonToken;

/**
 * The shard of each tensor, from {@code model.safetensors.index.json}. Other members of the index are not read: its
 * {@code total_size} is wrong in some released models, and redundant.
 *
 * @param shards the shard's file name by tensor name
 */
record ShardIndex(SortedMap<String, String> shards) {
    static final String FILE = "model.safetensors.index.json";

    /** The longest index in bytes: a model of a trillion parameters with 200,000 tensors takes some 25 MB. */
    private static final long LONGEST = 64L << 20;

    static ShardIndex read(Path file) {
        try (JsonSource source = new JsonSource(FILE, FileBytes.read(file, LONGEST))) {
            if (source.next() != JsonToken.START_OBJECT) {
                throw source.wrong("expected a JSON object with weight_map");
            }
            SortedMap<String, String> shards = Collections.emptySortedMap();
            boolean found = false;
            while (source.next() != JsonToken.END_OBJECT) {
                boolean map = source.text().equals("weight_map");
                if (map && found) {
                    throw source.wrong("weight_map is given twice");
                }
                found |= map;
                source.next();
                if (map) {
                    shards = weightMap(source);
                } else {
                    source.value();
                }
            }
            source.requireEnd();
            if (shards.isEmpty()) {
                throw new FormatException(file + " names no tensors, expected them under weight_map");
            }
            return new ShardIndex(Collections.unmodifiableSortedMap(shards));
        }
    }

    /** The current token is the value of weight_map. */
    private static SortedMap<String, String> weightMap(JsonSource source) {
        if (source.current() != JsonToken.START_OBJECT) {
            throw source.wrong("weight_map is not an object, expected a shard by tensor name");
        }
        SortedMap<String, String> shards = new TreeMap<>();
        TreeMap<String, String> names = new TreeMap<>();
        while (source.next() != JsonToken.END_OBJECT) {
            String tensor = source.text();
            if (source.next() != JsonToken.VALUE_STRING) {
                throw source.wrong("weight_map: " + Excerpt.quoted(tensor) + " is not a text, expected a shard");
            }
            String shard = names.computeIfAbsent(source.text(), name -> name); // one object for thousands of tensors
            requireFileName(source, shard);
            if (shards.put(tensor, shard) != null) {
                throw source.wrong("weight_map: tensor " + Excerpt.quoted(tensor) + " is given twice");
            }
        }
        return shards;
    }

    /**
     * An index may come from an untrusted source: {@code ../../other} or an absolute path must not open files outside
     * the model.
     */
    private static void requireFileName(JsonSource source, String shard) {
        boolean outside = shard.contains("/") || shard.contains("\\") || shard.contains(":") || shard.indexOf(0) >= 0;
        if (outside || !shard.endsWith(SafetensorsModel.EXTENSION)) {
            throw source.wrong("weight_map: shard " + Excerpt.quoted(shard)
                    + " is refused, expected the name of a .safetensors file in the same directory");
        }
    }

    SortedSet<String> files() {
        return new TreeSet<>(shards.values());
    }
}
