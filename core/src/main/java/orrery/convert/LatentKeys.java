package orrery.convert;

import orrery.spec.Latent;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/** Latent attention in the keys of {@code deepseek2}, of the newer kind: keys and values are said in the sizes of the absorbed form, and again in those of the heads. */
final class LatentKeys {
    private final ArchitectureKeys keys;

    LatentKeys(ArchitectureKeys keys) {
        this.keys = keys;
    }

    void put() {
        var attention = (Latent) keys.same(layer -> layer.attention(), "attention");
        int rotary = attention.rope().dimensions();
        keys.require(!attention.bias(), "biases in attention");
        keys.require(
                attention.rope().pairing() == Position.Pairing.INTERLEAVED,
                "RoPE whose pairs are half a head apart (rope_interleave: false)");
        keys.count("attention.head_count", attention.queryHeads())
                .count("attention.head_count_kv", 1)
                .count("attention.key_length", attention.latentRank() + rotary)
                .count("attention.value_length", attention.latentRank())
                .count("attention.key_length_mla", attention.querySize())
                .count("attention.value_length_mla", attention.valueSize())
                .count("attention.kv_lora_rank", attention.latentRank())
                .count("rope.dimension_count", rotary)
                .decimal("rope.freq_base", attention.rope().theta());
        attention.queryRank().ifPresent(rank -> keys.count("attention.q_lora_rank", rank));
        double temperature = attention.scores().scale() * Math.sqrt(attention.querySize());
        keys.require(attention.scores().softcap() == 0, "softly capped scores");
        switch (attention.rope().scaling()) {
            case RopeScaling.None _ -> keys.require(Math.abs(temperature - 1) < 1e-6, "a temperature without YaRN");
            case RopeScaling.Yarn yarn -> {
                // Scores are multiplied by the square of 1 + multiplier * ln(factor), cosine and sine by nothing.
                keys.require(Math.abs(yarn.attentionFactor() - 1) < 1e-6, "mscale other than mscale_all_dim");
                yarn(keys, yarn);
                double multiplier = (Math.sqrt(temperature) - 1) / Math.log(yarn.factor());
                keys.decimal("rope.scaling.yarn_log_multiplier", yarn.factor() <= 1 ? 0 : multiplier);
            }
            case RopeScaling.Linear _,
                    RopeScaling.Llama3 _,
                    RopeScaling.Divided _,
                    RopeScaling.Dynamic _,
                    RopeScaling.LongRope _ ->
                keys.require(false, "RoPE scaled otherwise than by YaRN");
        }
    }

    /** YaRN's numbers, but for what it does to scores. */
    static void yarn(ArchitectureKeys keys, RopeScaling.Yarn yarn) {
        keys.require(yarn.truncate(), "a YaRN ramp between broken pairs");
        keys.text("rope.scaling.type", "yarn")
                .decimal("rope.scaling.factor", yarn.factor())
                .count("rope.scaling.original_context_length", yarn.original());
        if (yarn.betaFast() != 32 || yarn.betaSlow() != 1) {
            keys.decimal("rope.scaling.yarn_beta_fast", yarn.betaFast())
                    .decimal("rope.scaling.yarn_beta_slow", yarn.betaSlow());
        }
    }
}
