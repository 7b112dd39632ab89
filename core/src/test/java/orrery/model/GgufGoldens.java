package orrery.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import orrery.format.GgufBytes;
import orrery.format.Safetensors;
import orrery.kernel.Elements;
import orrery.tensor.Tensor;

/**
 * Goldens as GGUF files, made as llama.cpp's converter makes them, with no code of Orrery except its reader of
 * safetensors. Properties that the goldens' odd sizes need and released files lack are stored in keys that llama.cpp
 * has for other models: the scale of Gemma's scores, Llama 4's chunk.
 */
public final class GgufGoldens {
    /** How DeepSeek's up-projection of keys and values is stored. */
    public enum Latents {
        /** One matrix. */
        TOGETHER,
        /** Keys transposed, and values, in three dimensions. */
        APART,
        /** Both, with the parts in two dimensions. */
        BOTH
    }

    private static final Map<String, GgufGoldens> READ = new ConcurrentHashMap<>();
    private static final int ALIGNMENT = 32;
    private static final Pattern LAYER = Pattern.compile("layers\\.(\\d+)\\.(.*)");
    private static final Pattern EXPERT =
            Pattern.compile("layers\\.(\\d+)\\.mlp\\.experts\\.(\\d+)\\.(.*)_proj\\.weight");

    private final GoldenConfig config;
    private final String type;
    private final Latents latents;
    private final SequencedMap<String, Stored> tensors = new LinkedHashMap<>();
    private final Map<String, List<Stored>> stacks = new LinkedHashMap<>();

    private GgufGoldens(Path golden, Latents latents) {
        config = GoldenConfig.of(golden);
        type = config.type();
        this.latents = latents;
        try (var file = Safetensors.open(golden.resolve("model.safetensors"))) {
            var sorted = new java.util.TreeMap<String, Tensor>(java.util.Comparator.comparing(GgufGoldens::counted));
            sorted.putAll(file.tensors());
            sorted.forEach((name, tensor) -> {
                if (!name.endsWith("_scale_inv")) {
                    add(
                            name.replaceFirst("^(model|transformer)\\.", "").replaceFirst("^h\\.", "layers."),
                            read(tensor, file.tensors().get(name + "_scale_inv")));
                }
            });
        }
        stacks.forEach((name, all) -> tensors.put(name, Stored.stacked(all)));
        divisors();
    }

    /** Pads numbers in a name to the same length, so that experts are sorted. */
    private static String counted(String name) {
        return Pattern.compile("\\d+")
                .matcher(name)
                .replaceAll(match -> "0".repeat(6 - match.group().length()) + match.group());
    }

    /** Converts a golden; every tensor of more than one dimension is stored in the given type if possible. */
    public static Path write(Path golden, Path target, Latents latents, GgufStorage storage) {
        return write(golden, target, latents, storage, (_, _) -> {});
    }

    /** The same after a change. */
    public static Path write(Path golden, Path target, Latents latents, GgufStorage storage, Change change) {
        return READ.computeIfAbsent(golden + " " + latents, _ -> new GgufGoldens(golden, latents))
                .write(target, storage, change);
    }

    /** A change of what will be written. */
    public interface Change {
        /**
         * @param keys a writer for each key and its value
         * @param tensors by their names in the file
         */
        void to(SequencedMap<String, Consumer<GgufBytes>> keys, SequencedMap<String, Stored> tensors);
    }

    private Stored read(Tensor tensor, @org.jspecify.annotations.Nullable Tensor scales) {
        var floats = new float[Math.toIntExact(tensor.shape().elements())];
        int columns = Math.toIntExact(tensor.columns());
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Elements.of(tensor.data(), tensor.dtype(), i);
            if (scales != null) {
                int size = config.blockSize();
                long block = (long) (i / columns / size) * scales.columns() + i % columns / size;
                floats[i] *= Elements.of(scales.data(), scales.dtype(), block);
            }
        }
        return new Stored(
                floats,
                tensor.shape().dimensions().stream().mapToLong(Long::longValue).toArray());
    }

    private void add(String name, Stored weight) {
        var expert = EXPERT.matcher(name);
        var layer = LAYER.matcher(name);
        if (expert.matches()) {
            stack("blk." + expert.group(1) + ".ffn_" + expert.group(3) + "_exps.weight", weight);
        } else if (name.startsWith("altup_projections.")) {
            stack("altup_proj.weight", weight);
        } else if (name.startsWith("altup_unembed_projections.")) {
            stack("altup_unembd_proj.weight", weight);
        } else if (layer.matches()) {
            addToLayer("blk." + layer.group(1) + ".", layer.group(2), weight);
        } else {
            tensors.put(GgufRenaming.of(name), changed(name, weight));
        }
    }

    private void stack(String name, Stored weight) {
        stacks.computeIfAbsent(name, _ -> new ArrayList<>()).add(weight);
    }

    private void addToLayer(String block, String name, Stored weight) {
        switch (name) {
            case "post_attention_layernorm.weight" ->
                tensors.put(
                        block + (type.startsWith("gemma") || type.equals("olmo2") ? "post_attention_norm" : "ffn_norm")
                                + ".weight",
                        changed(name, weight));
            case "mlp.gate.e_score_correction_bias" -> tensors.put(block + "exp_probs_b.bias", weight);
            case "altup.correct_output_scale" -> tensors.put(block + "altup_correct_scale.weight", weight);
            case "feed_forward.experts.gate_up_proj" -> addGateAndUp(block, weight);
            case "feed_forward.experts.down_proj" ->
                tensors.put(block + "ffn_down_exps.weight", eachTransposed(weight));
            case "self_attn.kv_b_proj.weight" -> addLatents(block, weight);
            // Multi-token prediction: a layer after the last, with its extra tensors.
            case "embed_tokens.weight", "enorm.weight", "hnorm.weight", "eh_proj.weight" ->
                tensors.put(block + "nextn." + name, weight);
            case "shared_head.norm.weight", "shared_head.head.weight" ->
                tensors.put(block + "nextn." + name.replaceFirst("\\.", "_"), weight);
            default -> tensors.put(block + GgufRenaming.of(name), changed(name, weight));
        }
    }

    private static Stored eachTransposed(Stored stack) {
        var all = new ArrayList<Stored>();
        for (int i = 0; i < stack.dimensions()[0]; i++) {
            all.add(stack.at(i).transposed());
        }
        return Stored.stacked(all);
    }

    private void addGateAndUp(String block, Stored weight) {
        var gates = new ArrayList<Stored>();
        var ups = new ArrayList<Stored>();
        for (int i = 0; i < weight.dimensions()[0]; i++) {
            var both = weight.at(i).transposed();
            int half = Math.toIntExact(both.dimensions()[0] / 2);
            gates.add(both.rows(0, half));
            ups.add(both.rows(half, half));
        }
        tensors.put(block + "ffn_gate_exps.weight", Stored.stacked(gates));
        tensors.put(block + "ffn_up_exps.weight", Stored.stacked(ups));
    }

    private void addLatents(String block, Stored weight) {
        int plain = config.integer("qk_nope_head_dim");
        int value = config.integer("v_head_dim");
        var keys = new ArrayList<Stored>();
        var values = new ArrayList<Stored>();
        for (int head = 0; head < config.integer("num_attention_heads"); head++) {
            keys.add(weight.rows(head * (plain + value), plain).transposed());
            values.add(weight.rows(head * (plain + value) + plain, value));
        }
        if (latents != Latents.APART) {
            tensors.put(block + "attn_kv_b.weight", weight);
        }
        if (latents != Latents.TOGETHER) {
            boolean flat = latents == Latents.BOTH;
            var key = Stored.stacked(keys);
            var all = Stored.stacked(values);
            tensors.put(block + "attn_k_b.weight", flat ? key.flat() : key);
            tensors.put(block + "attn_v_b.weight", flat ? all.flat() : all);
        }
    }

    /** The converter's changes to the elements. */
    private Stored changed(String name, Stored weight) {
        boolean llama = type.equals("llama") || type.equals("mistral");
        if (llama && name.contains("q_proj")) {
            return weight.woven(config.integer("num_attention_heads"));
        }
        if (llama && name.contains("k_proj")) {
            return weight.woven(config.integer("num_key_value_heads"));
        }
        boolean minusOne = type.equals("gemma2") || type.equals("gemma3_text");
        if (minusOne && name.endsWith("norm.weight")) {
            return weight.plusOne();
        }
        return type.equals("gpt2") && name.matches(".*(c_attn|c_fc|c_proj)\\.weight") ? weight.transposed() : weight;
    }

    private void divisors() {
        if (config.get("rope_scaling") instanceof Map<?, ?> scaling && "llama3".equals(scaling.get("rope_type"))) {
            int dimensions = config.headSize();
            var divisors = new float[dimensions / 2];
            double factor = GoldenConfig.number(scaling, "factor");
            double low = GoldenConfig.number(scaling, "low_freq_factor");
            double high = GoldenConfig.number(scaling, "high_freq_factor");
            double original = GoldenConfig.number(scaling, "original_max_position_embeddings");
            for (int i = 0; i < divisors.length; i++) {
                double wave = 2 * Math.PI * Math.pow(config.decimal("rope_theta"), 2.0 * i / dimensions);
                double smooth = (original / wave - low) / (high - low);
                divisors[i] = (float)
                        (wave < original / high
                                ? 1
                                : wave > original / low ? factor : 1 / ((1 - smooth) / factor + smooth));
            }
            tensors.put("rope_freqs.weight", new Stored(divisors, divisors.length));
        }
    }

    private Path write(Path target, GgufStorage storage, Change change) {
        var keys = GgufGoldenKeys.of(
                config, latents, tensors.keySet().stream().anyMatch(name -> name.contains(".nextn.")));
        var changed = new LinkedHashMap<>(tensors);
        change.to(keys, changed);
        var out = GgufBytes.header(changed.size(), keys.size());
        keys.values().forEach(key -> key.accept(out));
        var data = new GgufBytes();
        changed.forEach((name, weight) -> {
            var chosen = storage(name, weight, storage);
            long[] dimensions = weight.dimensions().clone();
            var reversed = new long[dimensions.length];
            for (int i = 0; i < dimensions.length; i++) {
                reversed[i] = dimensions[dimensions.length - 1 - i];
            }
            out.tensor(name, chosen.type(), data.size(), reversed);
            chosen.write(data, weight.floats());
            data.aligned(ALIGNMENT);
        });
        try {
            return Files.write(
                    target, out.aligned(ALIGNMENT).bytes(data.array()).array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Vectors, norms and routers stay floats, as in the converter. */
    private static GgufStorage storage(String name, Stored weight, GgufStorage asked) {
        boolean kept = weight.dimensions().length == 1 || name.contains("gate_inp") || name.contains("_coef");
        return kept || !asked.takes(name, weight.dimensions()[weight.dimensions().length - 1])
                ? GgufStorage.FLOATS
                : asked;
    }
}
