package orrery.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;

/** Collects the keys of a spec for a GGUF file. */
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

    /** By their full keys, as in {@link GgufForm#keys}. */
    SequencedMap<String, Object> values() {
        return values;
    }

    /** In words, what other programs may read differently. */
    List<String> notes() {
        return notes;
    }

    /**
     * Puts a key.
     *
     * @param key without its architecture
     * @param value Integer, Double, Boolean, String, or a list of Integer, Float or Boolean
     */
    GgufSaid put(String key, Object value) {
        // Files store floats, so the value that is read back must be one, too.
        values.put(architecture + "." + key, value instanceof Double number ? (Object) number.floatValue() : value);
        return this;
    }

    /** Notes that a key is needed here that other programs hard-code. */
    GgufSaid unusual(String key, String usual) {
        notes.add(architecture + "." + key + " is needed here, but llama.cpp does not read it for " + architecture
                + ": it assumes " + usual);
        return this;
    }

    /** Puts the heads, and RoPE over all of each head, if there is one. */
    GgufSaid grouped() {
        GroupedQuery first = GgufParts.grouped(spec).getFirst();
        put("attention.head_count_kv", first.heads().keyValue())
                .put("attention.key_length", first.heads().size())
                .put("attention.value_length", first.heads().size());
        GgufParts.rope(spec).ifPresent(rope -> GgufRope.say(this, rope));
        return this;
    }

    /** Puts the base of RoPE in layers with a sliding window, for families in which it differs. */
    GgufSaid localBase() {
        GgufParts.local(spec)
                .map(GroupedQuery::position)
                .filter(orrery.spec.Position.Rope.class::isInstance)
                .map(orrery.spec.Position.Rope.class::cast)
                .ifPresent(rope -> put("rope.freq_base_swa", rope.theta()));
        return this;
    }
}
