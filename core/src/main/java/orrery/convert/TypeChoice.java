package orrery.convert;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orrery.catalog.GgufTypes;
import orrery.tensor.DType;
import orrery.tensor.Shape;

/**
 * Chooses the dtype of each tensor of a GGUF file, by its name and shape.
 *
 * @param wanted the requested type
 * @param layers the model's number of layers
 */
record TypeChoice(Quantization wanted, int layers) {
    private static final Pattern IN_LAYER = Pattern.compile("blk\\.(\\d+)\\.(.+)");

    /** The tensors that every token passes through at the beginning and at the end. */
    private static final Set<String> ENDS =
            Set.of("token_embd.weight", "output.weight", "per_layer_token_embd.weight", "per_layer_model_proj.weight");

    /** A dtype, and the intended one if the rows were too short for it. */
    record Choice(DType dtype, Optional<DType> insteadOf) {}

    Choice of(String name, Shape shape) {
        var best = wanted.mixed() ? mixed(name) : wanted.dtype();
        var dtype = GgufTypes.of(name, shape, best);
        boolean shorter = dtype != best && !GgufTypes.staysFloat(name, shape);
        return new Choice(dtype, shorter ? Optional.of(best) : Optional.empty());
    }

    private DType mixed(String name) {
        if (ENDS.contains(name)) {
            return DType.Q6_K;
        }
        Matcher inLayer = IN_LAYER.matcher(name);
        if (!inLayer.matches()) {
            return wanted.dtype();
        }
        int layer = Integer.parseInt(inLayer.group(1));
        return switch (inLayer.group(2)) {
            // Errors in a value, or in the output of a feed-forward block, go straight into the residual stream.
            case "attn_v.weight", "attn_v_b.weight", "attn_kv_b.weight" ->
                switch (wanted) {
                    case Q4_K_S -> layer < 4 ? DType.Q5_K : DType.Q4_K;
                    case Q4_K_M, Q5_K_M -> moreBits(layer) ? DType.Q6_K : wanted.dtype();
                    default -> wanted.dtype();
                };
            case "ffn_down.weight", "ffn_down_exps.weight", "ffn_down_shexp.weight" ->
                switch (wanted) {
                    case Q4_K_S -> layer < layers / 8 ? DType.Q5_K : DType.Q4_K;
                    case Q4_K_M, Q5_K_M -> moreBits(layer) ? DType.Q6_K : wanted.dtype();
                    default -> wanted.dtype();
                };
            case "attn_qkv.weight" ->
                switch (wanted) {
                    case Q4_K_M -> DType.Q5_K;
                    case Q5_K_M -> DType.Q6_K;
                    default -> wanted.dtype();
                };
            default -> wanted.dtype();
        };
    }

    /** The first and the last eighth of the layers, and every third one between them. */
    private boolean moreBits(int layer) {
        int eighth = layers / 8;
        return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    }
}
