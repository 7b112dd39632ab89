package orrery.convert;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;

/** Grouped-query attention in the keys of its architecture: heads, RoPE, which layers see how far, and how scores are made. */
final class AttentionKeys {
    private static final int CHUNK_OF_LLAMA_4 = 8192;
    private static final int PERIOD_OF_GEMMA_3 = 6;
    private static final int PERIOD_OF_LLAMA_4 = 4;
    private static final int LAYERS_OF_GEMMA_2_27B = 46;
    private static final int LAYERS_OF_GEMMA_3_27B = 62;

    private final ArchitectureKeys keys;
    private final Architecture architecture;
    private final List<GroupedQuery> layers;

    AttentionKeys(ArchitectureKeys keys) {
        this.keys = keys;
        architecture = keys.architecture();
        layers = keys.spec().layers().stream()
                .map(layer -> (GroupedQuery) layer.attention())
                .toList();
    }

    void put() {
        var heads = keys.same(layer -> ((GroupedQuery) layer.attention()).heads(), "attention heads");
        keys.count("attention.head_count", heads.query());
        keys.count("attention.head_count_kv", heads.keyValue());
        if (architecture == Architecture.GPT2) {
            keys.require(heads.query() == heads.keyValue(), "fewer key-value heads than query heads");
            keys.require(heads.query() * heads.size() == keys.spec().hiddenSize(), "heads of size " + heads.size());
        } else {
            keys.count("attention.key_length", heads.size()).count("attention.value_length", heads.size());
        }
        boolean bias = layers.stream().anyMatch(GroupedQuery::bias);
        keys.require(
                bias == (architecture == Architecture.GPT2) || (bias && architecture == Architecture.LLAMA),
                bias ? "biases in attention" : "no biases in attention");
        norms();
        reach();
        rope(heads.size());
        scores(heads.size());
        borrowing();
    }

    private void norms() {
        for (var layer : layers) {
            var norms = layer.norms();
            boolean queries = norms.query() instanceof NormSpec.Rms;
            boolean wanted = switch (architecture) {
                case GPT2, LLAMA, GEMMA2, DEEPSEEK2 -> !queries;
                case GEMMA3, QWEN3, QWEN3MOE ->
                    queries && norms.span() == HeadNorms.Span.HEAD && norms.order() == HeadNorms.Order.BEFORE_ROPE;
                case GEMMA3N -> queries && norms.value() instanceof NormSpec.Rms;
                case OLMO2 -> queries && norms.span() == HeadNorms.Span.PROJECTION;
                // Told by the number of experts, and in layers with RoPE alone.
                case LLAMA4 -> queries == (layer.position() instanceof Position.Rope && MixtureKeys.normsQueries(keys));
            };
            keys.require(wanted, queries ? "norms of this kind on queries and keys" : "no norms on queries and keys");
        }
    }

    private static boolean isLocal(GroupedQuery layer) {
        return !(layer.reach() instanceof Reach.Full);
    }

    private Optional<GroupedQuery> local() {
        return layers.stream().filter(AttentionKeys::isLocal).findFirst();
    }

    private List<Boolean> isLocal() {
        return layers.stream().map(AttentionKeys::isLocal).toList();
    }

    private void reach() {
        keys.require(
                layers.stream()
                                .map(GroupedQuery::reach)
                                .filter(one -> !(one instanceof Reach.Full))
                                .distinct()
                                .count()
                        <= 1,
                "windows of several sizes");
        switch (architecture) {
            case GPT2, OLMO2, QWEN3, QWEN3MOE, DEEPSEEK2 -> keys.require(local().isEmpty(), "a window");
            case LLAMA -> {
                keys.same(layer -> ((GroupedQuery) layer.attention()).reach(), "a window");
                local().ifPresent(layer -> {
                    window(layer);
                    keys.unusual("attention.sliding_window", "that every token sees all before it");
                });
            }
            case GEMMA2 -> {
                local().ifPresent(this::window);
                keys.require(isLocal().equals(every(2, 0)), "windows in other layers than every second");
            }
            case GEMMA3 -> {
                period(PERIOD_OF_GEMMA_3);
                local().ifPresentOrElse(
                                this::window,
                                () -> keys.count(
                                        "attention.sliding_window", keys.spec().maxPositions()));
            }
            case GEMMA3N -> {
                local().ifPresentOrElse(
                                this::window,
                                () -> keys.count(
                                        "attention.sliding_window", keys.spec().maxPositions()));
                keys.flags("attention.sliding_window_pattern", isLocal());
            }
            case LLAMA4 -> chunks();
        }
    }

    private void window(GroupedQuery layer) {
        keys.require(layer.reach() instanceof Reach.Window, "chunks");
        keys.count("attention.sliding_window", ((Reach.Window) layer.reach()).tokens());
    }

    /** Local layers but for every so-many-th. */
    private List<Boolean> every(int period, int full) {
        return IntStream.range(0, layers.size())
                .mapToObj(i -> i % period != (full == 0 ? period - 1 : full))
                .toList();
    }

    private void period(int usual) {
        if (!isLocal().equals(every(usual, 0))) {
            keys.flags("attention.sliding_window_pattern", isLocal());
            keys.unusual(
                    "attention.sliding_window_pattern", "a full layer after every " + (usual - 1) + " with a window");
        }
    }

    private void chunks() {
        int period = IntStream.rangeClosed(1, layers.size() + 1)
                .filter(one -> isLocal().equals(every(one, 0)))
                .findFirst()
                .orElse(0);
        keys.require(period > 0, "chunks in layers without a period");
        for (var layer : layers) {
            keys.require(
                    layer.reach() instanceof Reach.Chunk == layer.position() instanceof Position.Rope,
                    "RoPE in layers that see everything");
        }
        if (period != PERIOD_OF_LLAMA_4 && !isLocal().equals(every(PERIOD_OF_LLAMA_4, 0))) {
            keys.count("attention.sliding_window_pattern", period);
            keys.unusual("attention.sliding_window_pattern", PERIOD_OF_LLAMA_4 + "");
        }
        local().map(layer -> ((Reach.Chunk) layer.reach()).tokens())
                .filter(tokens -> tokens != CHUNK_OF_LLAMA_4)
                .ifPresent(tokens -> {
                    keys.count("attention.sliding_window", tokens);
                    keys.unusual("attention.sliding_window", "chunks of " + CHUNK_OF_LLAMA_4);
                });
    }

    private void rope(int headSize) {
        if (architecture == Architecture.GPT2) {
            keys.require(layers.stream().noneMatch(layer -> layer.position() instanceof Position.Rope), "RoPE");
            return;
        }
        var global = layers.stream()
                .filter(layer -> layer.position() instanceof Position.Rope
                        && (architecture == Architecture.LLAMA4 || !isLocal(layer) || local().isEmpty()))
                .findFirst()
                .or(this::local)
                .orElseThrow();
        keys.require(global.position() instanceof Position.Rope, "no RoPE");
        var rope = (Position.Rope) global.position();
        keys.require(rope.dimensions() == headSize, "RoPE over a part of its heads");
        keys.decimal("rope.freq_base", rope.theta()).count("rope.dimension_count", headSize);
        scaling(rope);
        local().map(layer -> (Position.Rope) layer.position()).ifPresent(one -> {
            boolean two = architecture == Architecture.GEMMA3 || architecture == Architecture.GEMMA3N;
            keys.require(two || one.equals(rope), "several bases of RoPE");
            keys.require(
                    one.scaling() instanceof RopeScaling.None || one.equals(rope),
                    "a scaled RoPE in layers with a window");
            if (two) {
                keys.decimal("rope.freq_base_swa", one.theta());
            }
        });
    }

    private void scaling(Position.Rope rope) {
        switch (rope.scaling()) {
            case RopeScaling.None _ -> {} // nothing to say
            case RopeScaling.Linear(var factor) ->
                keys.text("rope.scaling.type", "linear").decimal("rope.scaling.factor", factor);
            case RopeScaling.Llama3 _, RopeScaling.Divided _ ->
                keys.require(
                        architecture == Architecture.LLAMA || architecture == Architecture.LLAMA4,
                        "frequencies divided pair by pair");
            case RopeScaling.Dynamic _, RopeScaling.LongRope _ ->
                keys.require(false, "RoPE that turns by the length of the sequence");
            case RopeScaling.Yarn yarn -> {
                double usual = RopeScaling.Yarn.temperature(yarn.factor(), 1);
                keys.require(Math.abs(yarn.attentionFactor() - usual) < 1e-6, "an attention_factor of its own");
                LatentKeys.yarn(keys, yarn);
            }
        }
    }

    private void scores(int headSize) {
        for (var layer : layers) {
            keys.require(layer.scores().softcap() == layers.getFirst().scores().softcap(), "several caps of scores");
            keys.require(layer.scores().scale() == layers.getFirst().scores().scale(), "several scales of scores");
        }
        var scores = layers.getFirst().scores();
        double size = architecture == Architecture.GEMMA3N ? 1 : scaledBy(headSize);
        if (Math.abs(scores.scale() * Math.sqrt(size) - 1) > 1e-6) {
            boolean said = architecture == Architecture.GEMMA2 || architecture == Architecture.GEMMA3;
            keys.require(said, "scores times " + scores.scale());
            keys.decimal("attention.scale", scores.scale());
            keys.unusual("attention.scale", "one over the root of " + size);
        }
        keys.require(
                scores.softcap() == 0 || architecture == Architecture.GEMMA2 || architecture == Architecture.GEMMA3,
                "softly capped scores");
        if (scores.softcap() > 0) {
            keys.decimal("attn_logit_softcapping", scores.softcap());
        } else {
            keys.require(architecture != Architecture.GEMMA2, "scores that are not capped");
        }
        temperature();
    }

    /** The largest model of each Gemma has another scale than its heads. */
    private double scaledBy(int headSize) {
        int largest = architecture == Architecture.GEMMA2
                ? LAYERS_OF_GEMMA_2_27B
                : architecture == Architecture.GEMMA3 ? LAYERS_OF_GEMMA_3_27B : 0;
        return layers.size() == largest
                ? (double) keys.spec().hiddenSize() / layers.getFirst().heads().query()
                : headSize;
    }

    /** Queries of Llama 4's full layers grow with their position. */
    private void temperature() {
        for (var layer : layers) {
            boolean tuned = layer.scores().temperature() instanceof Scores.Temperature.Tuned;
            keys.require(
                    tuned == (architecture == Architecture.LLAMA4 && !isLocal(layer)),
                    tuned ? "a temperature" : "no temperature in its full layers");
        }
        layers.stream()
                .filter(layer -> layer.scores().temperature() instanceof Scores.Temperature.Tuned)
                .map(layer -> (Scores.Temperature.Tuned) layer.scores().temperature())
                .findFirst()
                .filter(tuned -> tuned.floorScale() != CHUNK_OF_LLAMA_4 || tuned.attentionScale() != 0.1)
                .ifPresent(tuned -> {
                    keys.count("attention.temperature_length", tuned.floorScale());
                    keys.decimal("attention.temperature_scale", tuned.attentionScale());
                    keys.unusual("attention.temperature_length", CHUNK_OF_LLAMA_4 + " and a scale of 0.1");
                });
    }

    private void borrowing() {
        int shared = (int) layers.stream()
                .filter(layer -> layer.keyValues() instanceof GroupedQuery.KeyValues.Borrowed)
                .count();
        keys.require(shared == 0 || architecture == Architecture.GEMMA3N, "layers that borrow keys and values");
        if (architecture == Architecture.GEMMA3N) {
            keys.count("attention.shared_kv_layers", shared);
        }
    }
}
