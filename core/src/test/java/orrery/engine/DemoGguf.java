package orrery.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import orrery.format.GgufMetadata;
import orrery.format.GgufWriter;
import orrery.format.ModelFile;
import orrery.format.TensorSource;
import orrery.tensor.DType;
import orrery.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo model as llama.cpp's converter would write it if it were Gemma 3: other names of keys and tensors, one added
 * to the norms' weights, and a SentencePiece vocabulary whose scores fall from token to token.
 */
final class DemoGguf {
    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.*)\\.weight");

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("model.embed_tokens.weight", "token_embd.weight"),
            Map.entry("model.norm.weight", "output_norm.weight"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("post_attention_layernorm", "post_attention_norm"),
            Map.entry("pre_feedforward_layernorm", "ffn_norm"),
            Map.entry("post_feedforward_layernorm", "post_ffw_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    private DemoGguf() {}

    static Path write(Path file) {
        try (var demo = ModelFile.open(Demo.MODEL)) {
            var tensors = new LinkedHashMap<String, TensorSource>();
            demo.tensors().forEach((name, tensor) -> tensors.put(renamed(name), stored(name, tensor)));
            GgufWriter.write(file, metadata(), tensors);
        }
        return file;
    }

    /** Only the metadata. */
    static Path writeMetadata(Path file) {
        GgufWriter.write(file, metadata(), new LinkedHashMap<>());
        return file;
    }

    private static GgufMetadata metadata() {
        var metadata = new GgufMetadata();
        architecture(metadata, JsonMapper.shared().readTree(Demo.MODEL.resolve("config.json")));
        vocabulary(metadata, JsonMapper.shared().readTree(Demo.MODEL.resolve("tokenizer.json")));
        var config = JsonMapper.shared().readTree(Demo.MODEL.resolve("tokenizer_config.json"));
        return metadata.text(
                "tokenizer.chat_template", config.get("chat_template").stringValue());
    }

    private static void architecture(GgufMetadata metadata, JsonNode config) {
        metadata.text("general.architecture", "gemma3")
                .text("general.name", "demo")
                .count(
                        "gemma3.context_length",
                        config.get("max_position_embeddings").intValue())
                .count("gemma3.embedding_length", config.get("hidden_size").intValue())
                .count("gemma3.block_count", config.get("num_hidden_layers").intValue())
                .count(
                        "gemma3.feed_forward_length",
                        config.get("intermediate_size").intValue())
                .count(
                        "gemma3.attention.head_count",
                        config.get("num_attention_heads").intValue())
                .count(
                        "gemma3.attention.head_count_kv",
                        config.get("num_key_value_heads").intValue())
                .count("gemma3.attention.key_length", config.get("head_dim").intValue())
                .count("gemma3.attention.value_length", config.get("head_dim").intValue())
                .count(
                        "gemma3.attention.sliding_window",
                        config.get("sliding_window").intValue())
                .decimal(
                        "gemma3.attention.layer_norm_rms_epsilon",
                        config.get("rms_norm_eps").doubleValue())
                .decimal("gemma3.rope.freq_base", config.get("rope_theta").doubleValue());
    }

    private static void vocabulary(GgufMetadata metadata, JsonNode tokenizer) {
        var vocabulary = tokenizer.get("model").get("vocab");
        var tokens = new ArrayList<String>(java.util.Collections.nCopies(vocabulary.size(), ""));
        vocabulary.properties().forEach(entry -> tokens.set(entry.getValue().intValue(), entry.getKey()));
        int[] kinds = new int[tokens.size()];
        float[] scores = new float[tokens.size()];
        for (int id = 0; id < kinds.length; id++) {
            kinds[id] = tokens.get(id).matches("<0x..>") ? 6 : 1;
            // The merges of the demo model lead to its tokens in their order.
            scores[id] = -id;
        }
        for (var added : tokenizer.get("added_tokens")) {
            kinds[added.get("id").intValue()] = 3;
        }
        kinds[tokens.indexOf("<unk>")] = 2;
        metadata.text("tokenizer.ggml.model", "llama")
                .text("tokenizer.ggml.pre", "default")
                .texts("tokenizer.ggml.tokens", tokens)
                .integers("tokenizer.ggml.token_type", kinds)
                .decimals("tokenizer.ggml.scores", scores)
                .count("tokenizer.ggml.bos_token_id", tokens.indexOf("<bos>"))
                .count("tokenizer.ggml.eos_token_id", tokens.indexOf("<eos>"))
                .count("tokenizer.ggml.unknown_token_id", tokens.indexOf("<unk>"))
                .count("tokenizer.ggml.padding_token_id", tokens.indexOf("<pad>"))
                .flag("tokenizer.ggml.add_bos_token", true)
                .flag("tokenizer.ggml.add_eos_token", false)
                .flag("tokenizer.ggml.add_space_prefix", false);
    }

    private static String renamed(String name) {
        var layer = LAYER.matcher(name);
        String found = NAMES.get(layer.matches() ? layer.group(2) : name);
        if (found == null) {
            throw new IllegalStateException("the demo model has a tensor " + name + " that GGUF has no name for");
        }
        return layer.matches() ? "blk." + layer.group(1) + "." + found + ".weight" : found;
    }

    private static TensorSource stored(String name, Tensor tensor) {
        if (!name.endsWith("norm.weight")) {
            return TensorSource.of(tensor);
        }
        var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[(int) tensor.shape().elements()];
        IntStream.range(0, values.length)
                .forEach(i -> values[i] = 1 + Float.intBitsToFloat(tensor.data().getAtIndex(layout, i) << 16));
        return new TensorSource(DType.F32, tensor.shape(), sink -> sink.write(MemorySegment.ofArray(values)));
    }
}
