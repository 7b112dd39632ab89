package orrery.convert;

import java.util.List;
import java.util.stream.IntStream;
import orrery.spec.Experts;
import orrery.spec.Experts.Router;
import orrery.spec.FeedForward;

/** Mixtures of experts in the keys of their architecture. */
final class MixtureKeys {
    /** By which Maverick is told from Scout, which norms its queries. */
    private static final int EXPERTS_OF_MAVERICK = 128;

    private static final int SOFTMAX = 1;
    private static final int SIGMOID = 2;

    private final ArchitectureKeys keys;
    private final Experts experts;
    private final List<Boolean> sparse;

    MixtureKeys(ArchitectureKeys keys) {
        this.keys = keys;
        experts = first(keys);
        sparse = keys.spec().layers().stream()
                .map(layer -> layer.feedForward().op() instanceof Experts)
                .toList();
    }

    private static Experts first(ArchitectureKeys keys) {
        return keys.spec().layers().stream()
                .filter(layer -> layer.feedForward().op() instanceof Experts)
                .map(layer -> (Experts) layer.feedForward().op())
                .findFirst()
                .orElseThrow();
    }

    static boolean normsQueries(ArchitectureKeys keys) {
        return first(keys).count() != EXPERTS_OF_MAVERICK;
    }

    void put() {
        for (var layer : keys.spec().layers()) {
            keys.require(
                    !(layer.feedForward().op() instanceof Experts other) || other.equals(experts),
                    "experts that differ from layer to layer");
        }
        int width = experts.expert().intermediateSize();
        keys.count("expert_count", experts.count())
                .count("expert_used_count", experts.active())
                .count("expert_feed_forward_length", width)
                .count("feed_forward_length", dense(width));
        switch (keys.architecture()) {
            case QWEN3MOE -> {
                keys.require(!sparse.contains(false), "layers without experts among those with");
                keys.require(experts.shared().isEmpty(), "a shared expert");
                requireRouter(Router.softmax(experts.router().normalised()));
                if (!experts.router().normalised()) {
                    keys.flag("expert_weights_norm", false);
                    keys.unusual(
                            "expert_weights_norm", "that the weights of the chosen experts are divided by their sum");
                }
            }
            case LLAMA4 -> {
                int step = IntStream.rangeClosed(1, sparse.size())
                        .filter(one -> sparse.equals(every(one)))
                        .findFirst()
                        .orElse(0);
                keys.require(step > 0, "experts in layers without a period");
                keys.count("interleave_moe_layer_step", step);
                keys.require(
                        experts.shared().filter(experts.expert()::equals).isPresent(),
                        "no shared expert as wide as the others");
                requireRouter(
                        new Router(Router.Scoring.SIGMOID, false, false, 1, Router.Groups.ALL, Router.Target.INPUT));
            }
            case DEEPSEEK2 -> deepSeek(width);
            case GPT2, LLAMA, GEMMA2, GEMMA3, GEMMA3N, OLMO2, QWEN3 -> keys.require(false, "experts");
        }
    }

    private List<Boolean> every(int step) {
        return IntStream.range(0, sparse.size())
                .mapToObj(i -> (i + 1) % step == 0)
                .toList();
    }

    /** The width of layers without experts; where all have them, a number that nobody looks at. */
    private int dense(int otherwise) {
        var widths = keys.spec().layers().stream()
                .filter(layer -> layer.feedForward().op() instanceof FeedForward)
                .map(layer -> ((FeedForward) layer.feedForward().op()).intermediateSize())
                .distinct()
                .toList();
        keys.require(widths.size() <= 1, "feed-forwards of several widths");
        return widths.isEmpty() ? otherwise : widths.getFirst();
    }

    private void requireRouter(Router known) {
        keys.require(
                experts.router().equals(known), "a router of another kind than " + keys.architecture() + " models");
    }

    private void deepSeek(int width) {
        int leading = sparse.indexOf(true);
        keys.require(
                !sparse.subList(leading, sparse.size()).contains(false), "layers without experts among those with");
        int shared = experts.shared().map(FeedForward::intermediateSize).orElse(0);
        keys.require(shared % width == 0, "a shared expert of a width that is no multiple of the others'");
        var router = experts.router();
        keys.require(router.target() == Router.Target.OUTPUT, "weights on the inputs of experts");
        keys.count("leading_dense_block_count", leading)
                .count("expert_shared_count", shared / width)
                .decimal("expert_weights_scale", router.scale())
                .flag("expert_weights_norm", router.normalised())
                .count("expert_gating_func", router.scoring() == Router.Scoring.SOFTMAX ? SOFTMAX : SIGMOID);
        switch (router.groups()) {
            case Router.Groups.All _ -> {
                keys.require(!router.correctionBias(), "a correcting bias without groups");
                keys.count("expert_group_count", 1).count("expert_group_used_count", 1);
            }
            case Router.Groups.Best(var groups, var kept, var score) -> {
                // The kind of score is told by the bias.
                keys.require(
                        router.correctionBias() == (score == Router.GroupScore.TOP_TWO_SUM)
                                && (router.correctionBias() || groups > 1),
                        "groups of experts of another kind");
                keys.count("expert_group_count", groups).count("expert_group_used_count", kept);
            }
        }
    }
}
