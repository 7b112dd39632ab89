package orrery.catalog;

import java.util.Map;
import java.util.Optional;
import orrery.format.Metadata;

/**
 * A quantization of safetensors that Orrery does not support, according to config.json.
 *
 * @param place the key that declares it, with its file
 * @param form its name
 */
record ForeignQuantization(String place, String form) {
    private static final String QUANTIZATION = "quantization_config";
    private static final String METHOD = "quant_method";

    /** The supported form: see {@link BlockQuantization}. */
    private static final String FP8 = "fp8";

    /**
     * Names that differ from the {@code quant_method}. Source: {@code quantizers/auto.py} of Hugging Face transformers.
     */
    private static final Map<String, String> NAMES = Map.of(
            "gptq", "GPTQ",
            "awq", "AWQ",
            "auto-round", "AutoRound",
            "compressed-tensors", "compressed-tensors (llm-compressor)",
            "fbgemm_fp8", "FBGEMM's FP8",
            "hqq", "HQQ",
            "modelopt", "NVIDIA's ModelOpt",
            "mxfp4", "MXFP4 blocks with scales beside them");

    /** The unsupported quantization of a config's weights; empty for plain weights and for the supported form. */
    static Optional<ForeignQuantization> of(Metadata config) {
        if (!config.isObject(QUANTIZATION)) {
            return config.isObject("quantization")
                    ? Optional.of(mlx(config.requireChild("quantization")))
                    : Optional.empty();
        }
        var part = config.requireChild(QUANTIZATION);
        if (!part.has(METHOD) && part.has("group_size") && part.has("bits")) {
            return Optional.of(mlx(part));
        }
        String method = part.text(METHOD, FP8);
        if (method.equals(FP8)) {
            return Optional.empty();
        }
        return Optional.of(new ForeignQuantization(
                part.origin() + ": " + METHOD + " is \"" + method + "\"",
                NAMES.getOrDefault(method, method) + bits(part)));
    }

    /** MLX only stores how many weights share a scale, and their bits. */
    private static ForeignQuantization mlx(Metadata part) {
        return new ForeignQuantization(part.origin() + " has no " + METHOD, "MLX" + bits(part));
    }

    private static String bits(Metadata part) {
        return part.isNumber("bits") ? " in " + part.integer("bits") + " bits" : "";
    }

    CatalogException refusal() {
        return new CatalogException(place + ": its weights are quantised by " + form
                + ", which Orrery does not read; use the release that this was made of, in BF16, F16 or F32 (orrery quantize makes"
                + " a smaller file of it), or a GGUF file");
    }
}
