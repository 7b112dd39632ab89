package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orrery.spec.ArchitectureSpec;
import orrery.spec.HeadNorms;
import orrery.spec.Position;
import orrery.spec.Reach;

/**
 * What a GGUF file does not or cannot express about its model, so that the reader assumes it: llama.cpp has no keys for
 * it, or hard-codes it by architecture. If releases of an architecture differ in it, or a checkpoint might, the user
 * who describes the file gets a note.
 */
final class GgufAssumptions {
    private final GgufKeys keys;
    private final ArchitectureSpec spec;
    private final List<String> notes = new ArrayList<>();

    private GgufAssumptions(GgufKeys keys, ArchitectureSpec spec) {
        this.keys = keys;
        this.spec = spec;
    }

    /** The notes in words. */
    static List<String> of(GgufKeys keys, ArchitectureSpec spec) {
        var assumptions = new GgufAssumptions(keys, spec);
        switch (keys.architecture()) {
            case "llama" -> assumptions.window();
            case "llama4" -> assumptions.chunks();
            case "gemma2", "gemma3" -> assumptions.scale();
            case "deepseek2" -> assumptions.latent();
            case "qwen3moe" -> assumptions.weightsOfExperts();
            default -> {} // their keys express everything in which their releases differ
        }
        return List.copyOf(assumptions.notes);
    }

    private void assume(String key, String what) {
        if (!keys.has(key)) {
            notes.add(keys.key(key) + " is not given: " + what);
        }
    }

    /** llama.cpp runs Mistral 7B as a Llama, and without its sliding window. */
    private void window() {
        for (var release : new MistralFamily().releases()) {
            if (sizes(release.spec()).equals(sizes(spec))
                    && release.spec().layers().getFirst().attention().reach() instanceof Reach.Window(var tokens)) {
                assume(
                        "attention.sliding_window",
                        "full attention is assumed; " + release.name() + ", whose sizes these are, has a window of "
                                + number(tokens) + " tokens");
            }
        }
    }

    /** The sizes that identify a Llama; the vocabulary may grow in fine-tuning. */
    private static List<Object> sizes(ArchitectureSpec spec) {
        var layer = spec.layers().getFirst();
        var attention = GgufParts.grouped(layer.attention());
        double theta = attention.position() instanceof Position.Rope rope ? rope.theta() : 0;
        return List.of(
                spec.layers().size(),
                spec.hiddenSize(),
                attention.heads(),
                layer.feedForward().op(),
                theta);
    }

    private void chunks() {
        assume("attention.sliding_window", "chunks of 8,192 tokens are assumed, as in both releases");
        assume(
                "attention.sliding_window_pattern",
                "every fourth layer is assumed to have full attention and no RoPE, as in both releases");
        assume(
                "attention.temperature_length",
                "an attention temperature of 0.1 ln every 8,192 positions is assumed for these layers, as in both"
                        + " releases");
        boolean norms = spec.layers().stream()
                .anyMatch(layer -> !layer.attention().norms().equals(HeadNorms.NONE));
        notes.add("no key says whether there is a QK-norm: "
                + (norms ? "it is assumed to be there" : "it is assumed to be absent")
                + ", as in the release with as many experts");
    }

    private void scale() {
        var attention = GgufParts.grouped(spec.layers().getFirst().attention());
        double scale = attention.scores().scale();
        assume(
                "attention.scale",
                "scores are assumed to be divided by the root of " + number(Math.round(1 / (scale * scale)))
                        + "; releases differ here, and the number of layers tells them apart");
        if (keys.architecture().equals("gemma3")) {
            assume(
                    "attention.sliding_window_pattern",
                    "every sixth layer is assumed to have full attention, as in all releases");
            assume(
                    "rope.freq_base_swa",
                    "a RoPE base of 10,000 is assumed for sliding-window layers, as in all releases");
        }
    }

    private void latent() {
        if (keys.text("rope.scaling.type", "none").equals("yarn")) {
            notes.add("no key gives mscale: it is assumed to be mscale_all_dim, which "
                    + keys.key("rope.scaling.yarn_log_multiplier") + " says, as in all releases");
        }
        if (keys.integer("expert_count", 0) > 0) {
            assume(
                    "expert_group_count",
                    "expert groups are assumed to be those of the release with as many experts, or none");
        }
    }

    private void weightsOfExperts() {
        assume(
                "expert_weights_norm",
                "the chosen experts' weights are assumed to be divided by their sum, as in all releases");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
