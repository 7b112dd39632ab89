package orrery.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;

/** What a GGUF file is to say of a spec, key by key. */
final class GgufSaid {
    private final String architecture;
    private final ArchitectureSpec spec;
    private final SequencedMap<String, Object> values = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    GgufSaid(String architecture, ArchitectureSpec spec) {
        this.architecture = architecture;
        this.spec = spec;
        values.put(GgufKeys.ARCHITECTURE, architecture);
        values.put("general.type", "model");
        values.put("general.name", spec.name());
        put("vocab_size", spec.vocabSize());
    }

    String architecture() {
        return architecture;
    }

    ArchitectureSpec spec() {
        return spec;
    }

    /** By their keys in full, as {@link GgufForm#keys} has them. */
    SequencedMap<String, Object> values() {
        return values;
    }

    /** In words, what other programs may read otherwise. */
    List<String> notes() {
        return notes;
    }

    /**
     * Says something.
     *
     * @param key without its architecture
     * @param value Integer, Double, Boolean, String, or a list of Integer, Float or Boolean
     */
    GgufSaid put(String key, Object value) {
        // A file holds floats: what reads it back is given what a file would give.
        values.put(architecture + "." + key, value instanceof Double number ? (Object) number.floatValue() : value);
        return this;
    }

    /** Says that a key is needed here that other programs take for granted. */
    GgufSaid unusual(String key, String usual) {
        notes.add(architecture + "." + key + " is needed here, but llama.cpp does not read it for " + architecture
                + ": it assumes " + usual);
        return this;
    }

    /** Heads, and RoPE over all of each, where there is one. */
    GgufSaid grouped() {
        GroupedQuery first = GgufParts.grouped(spec).getFirst();
        put("attention.head_count_kv", first.heads().keyValue())
                .put("attention.key_length", first.heads().size())
                .put("attention.value_length", first.heads().size());
        GgufParts.rope(spec).ifPresent(rope -> GgufRope.say(this, rope));
        return this;
    }

    /** The base of RoPE in layers with a window, for families that have another one there. */
    GgufSaid localBase() {
        GgufParts.local(spec)
                .map(GroupedQuery::position)
                .filter(orrery.spec.Position.Rope.class::isInstance)
                .map(orrery.spec.Position.Rope.class::cast)
                .ifPresent(rope -> put("rope.freq_base_swa", rope.theta()));
        return this;
    }
}
