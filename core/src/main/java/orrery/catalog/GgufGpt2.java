package orrery.catalog;

import java.util.List;
import java.util.Map;
import orrery.catalog.TensorNames.Copies;
import orrery.catalog.TensorNames.Part;
import orrery.catalog.TensorNames.Table;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Matrix.Layout;

/**
 * GPT-2 in GGUF: its matrices are transposed to {@code [out, in]}; older converters wrote the tied head as a separate
 * tensor.
 */
final class GgufGpt2 implements GgufArchitecture {
    @Override
    public Map<String, String> modelTypes() {
        return Map.of("gpt2", "gpt2");
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        return List.of(
                GgufRow.count("embedding_length", "n_embd", ArchitectureSpec::hiddenSize),
                GgufRow.count("block_count", "n_layer", spec -> spec.layers().size()),
                GgufRow.count("context_length", "n_positions", ArchitectureSpec::maxPositions),
                GgufRow.count("attention.head_count", "n_head", GgufParts::queryHeads),
                GgufRow.decimal("attention.layer_norm_epsilon", "layer_norm_epsilon", GgufParts::epsilon),
                GgufRow.count("feed_forward_length", "n_inner", GgufParts::width));
    }

    @Override
    public void say(GgufSaid said) {
        said.put("attention.head_count_kv", GgufParts.queryHeads(said.spec()));
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.put("model_type", "gpt2");
        int heads = keys.integer("attention.head_count");
        if (keys.integer("attention.head_count_kv", heads) != heads) {
            throw keys.wrong("attention.head_count_kv", keys.integer("attention.head_count_kv"), "the heads, " + heads);
        }
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        var layer = GgufNames.preNorms();
        String[] roles = {"attention.q", "attention.k", "attention.v"};
        for (int i = 0; i < roles.length; i++) {
            layer.put(roles[i] + ".weight", fused("attn_qkv.weight", i))
                    .put(roles[i] + ".bias", fused("attn_qkv.bias", i));
        }
        return GgufNames.decoder(layer).withTop(new Table().put("embedding.positions", "position_embd.weight"));
    }

    private static Part fused(String tensor, int slice) {
        return new Part(tensor, Layout.OUT_IN, slice, 3, Copies.APART);
    }
}
