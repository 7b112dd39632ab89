package orrery.convert;

import java.util.Arrays;
import java.util.Set;

/** What a GGUF file calls a family in {@code general.architecture}, and what of its tensors follows from that. */
enum Architecture {
    GPT2(false, "gpt2"),
    /** Its readers pair neighbours in RoPE, where safetensors of the same models pair halves. */
    LLAMA(true, "llama", "mistral"),
    GEMMA2(false, "gemma2"),
    GEMMA3(false, "gemma3_text"),
    GEMMA3N(false, "gemma3n_text"),
    OLMO2(false, "olmo2"),
    QWEN3(false, "qwen3"),
    QWEN3MOE(false, "qwen3_moe"),
    DEEPSEEK2(false, "deepseek_v2", "deepseek_v3"),
    LLAMA4(false, "llama4_text");

    private final boolean interleaves;
    private final Set<String> modelTypes;

    Architecture(boolean interleaves, String... modelTypes) {
        this.interleaves = interleaves;
        this.modelTypes = Set.of(modelTypes);
    }

    /** In a file, and before its own keys. */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether the rows of queries and keys are brought from pairs in halves to pairs of neighbours. */
    boolean interleaves() {
        return interleaves;
    }

    /** Whether embeddings are scaled and feed-forwards are gated by GELU. */
    boolean isGemma() {
        return this == GEMMA2 || this == GEMMA3 || this == GEMMA3N;
    }

    /** Whether readers look for experts in every model of it. */
    boolean mixes() {
        return this == QWEN3MOE || this == LLAMA4;
    }

    /**
     * The one for a text model's {@code model_type}.
     *
     * @throws ConvertException if there is none
     */
    static Architecture of(String modelType) {
        return Arrays.stream(values())
                .filter(one -> one.modelTypes.contains(modelType))
                .findFirst()
                .orElseThrow(() -> new ConvertException("GGUF has no architecture for model_type \"" + modelType
                        + "\", so such a model can only stay what it is"));
    }
}
