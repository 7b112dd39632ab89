package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import orrery.spec.ArchitectureSpec;

/**
 * A key of GGUF files that corresponds to one key of the family's config: read into the config, written from the spec.
 *
 * @param key without its architecture
 * @param word the key in config.json
 * @param required whether every file has it
 * @param value its value for a spec: Integer, Double, or a list of one of them; empty if it is not written
 */
record GgufRow(String key, String word, boolean required, Function<ArchitectureSpec, Optional<Object>> value) {

    /** What every decoder has, except its heads, its feed-forward blocks and its RoPE. */
    static List<GgufRow> decoder(GgufRow... more) {
        var rows = new ArrayList<>(List.of(
                count("embedding_length", "hidden_size", ArchitectureSpec::hiddenSize),
                count("block_count", "num_hidden_layers", GgufRow::blocks),
                count("context_length", "max_position_embeddings", ArchitectureSpec::maxPositions),
                count("attention.head_count", "num_attention_heads", GgufParts::queryHeads),
                decimal("attention.layer_norm_rms_epsilon", "rms_norm_eps", GgufParts::epsilon)));
        rows.addAll(List.of(more));
        return rows;
    }

    /** A draft counts as a layer after the last. */
    private static int blocks(ArchitectureSpec spec) {
        return spec.layers().size() + (spec.draft().isPresent() ? 1 : 0);
    }

    static GgufRow count(String key, String word, ToIntFunction<ArchitectureSpec> value) {
        return new GgufRow(key, word, true, spec -> Optional.of(value.applyAsInt(spec)));
    }

    static GgufRow counts(String key, String word, Function<ArchitectureSpec, List<Integer>> value) {
        return new GgufRow(key, word, true, spec -> Optional.of(value.apply(spec)));
    }

    static GgufRow decimal(String key, String word, ToDoubleFunction<ArchitectureSpec> value) {
        return new GgufRow(key, word, true, spec -> Optional.of(value.applyAsDouble(spec)));
    }

    /** The same, but optional, and not written if it is zero. */
    GgufRow unlessZero() {
        return new GgufRow(
                key,
                word,
                false,
                spec -> value.apply(spec).filter(one -> !(one instanceof Number number) || number.doubleValue() != 0));
    }

    void read(GgufKeys keys) {
        if (required) {
            keys.require(key, word);
        } else {
            keys.copy(key, word);
        }
    }

    void write(GgufSaid said) {
        value.apply(said.spec()).ifPresent(one -> said.put(key, one));
    }
}
