package orrery.convert;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orrery.tensor.DType;
import orrery.tensor.Shape;

/**
 * Which dtype each tensor of a GGUF file gets, by its name and shape.
 *
 * @param wanted what was asked for
 * @param layers how many layers the model has
 */
record TypeChoice(Quantization wanted, int layers) {
    private static final Pattern IN_LAYER = Pattern.compile("blk\\.(\\d+)\\.(.+)");

    /**
     * Matrices whose numbers decide much and that take little room: routers, and Gemma 3n's mixing of streams. Learned
     * positions are added to what is exact.
     */
    private static final Pattern KEPT = Pattern.compile(
            "(blk\\.\\d+\\.)?(ffn_gate_inp|altup_.*|laurel_.*|position_embd)\\.weight|.*\\.bias|.*norm\\.weight|rope_freqs\\.weight");

    /** Gemma 3n's matrices between streams, which are as large as others. */
    private static final Pattern LARGE = Pattern.compile("altup_(unembd_)?proj\\.weight");

    /** What every token passes through, at the beginning and at the end. */
    private static final Set<String> ENDS =
            Set.of("token_embd.weight", "output.weight", "per_layer_token_embd.weight", "per_layer_model_proj.weight");

    /** Fewer elements are not worth their rounding. */
    private static final int SMALL = 1 << 12;

    /**
     * A dtype, and the one that the rows were too short for.
     */
    record Choice(DType dtype, Optional<DType> insteadOf) {}

    Choice of(String name, Shape shape) {
        boolean matrix = shape.dimensions().size() > 1 && shape.rows() > 1;
        boolean kept = KEPT.matcher(name).matches() && !LARGE.matcher(name).matches();
        if (!matrix || kept || shape.elements() < SMALL) {
            return new Choice(DType.F32, Optional.empty());
        }
        var best = wanted.mixed() ? mixed(name) : wanted.dtype();
        var dtype = best;
        while (shape.columns() % dtype.blockElements() != 0) {
            dtype = withSmallerBlocks(dtype);
        }
        return new Choice(dtype, dtype == best ? Optional.empty() : Optional.of(best));
    }

    /** Blocks of 32 with as many bits or more, and floats where rows are no multiple of 32. */
    private static DType withSmallerBlocks(DType dtype) {
        return switch (dtype) {
            case Q4_K -> DType.Q5_0;
            case Q5_K -> DType.Q5_1;
            case Q6_K -> DType.Q8_0;
            case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4 -> DType.F16;
            default -> throw new IllegalStateException(dtype + " has no blocks that are written");
        };
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
            // What is wrong with a value or with what leaves a feed-forward goes into the stream as it is.
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

    /** The first and the last eighth of the layers, and every third between. */
    private boolean moreBits(int layer) {
        int eighth = layers / 8;
        return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    }
}
