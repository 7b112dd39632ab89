package orrery.app.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orrery.report.Agreement;
import orrery.tensor.KvType;

/**
 * The comparison of a model's outputs with recorded ones.
 *
 * @param kvType the type of the KV cache
 * @param tolerance the largest difference of a logit that passes
 * @param kernels the kernels in words
 * @param logits all positions of all sequences
 * @param draft the logits of multi-token prediction, if they were recorded and the model has that layer
 * @param hidden the residual stream after each recorded layer
 * @param greedy the continuation, if one was recorded
 * @param notes in words, what was recorded but could not be compared
 */
public record Outcome(
        KvType kvType,
        double tolerance,
        String kernels,
        Agreement logits,
        Optional<Agreement> draft,
        List<Hidden> hidden,
        Optional<Greedy> greedy,
        List<String> notes) {
    public Outcome {
        hidden = List.copyOf(hidden);
        notes = List.copyOf(notes);
    }

    /** The residual stream after {@code layers} layers. */
    public record Hidden(int layers, boolean normed, Agreement agreement) {
        /** In a table: {@code after layer 3}. */
        public String name() {
            return layers == 0 ? "embedding" : "layer " + (layers - 1) + (normed ? ", normed" : "");
        }
    }

    /**
     * The greedy continuation.
     *
     * @param same sequences whose tokens all equal the reference's
     * @param sequences all of them
     * @param first the first divergence of the other sequences
     */
    public record Greedy(int same, int sequences, int tokens, Optional<Divergence> first) {}

    /** A token that differs from the reference: its index within the continuation of its sequence. */
    public record Divergence(int sequence, int index, int expected, int got) {}

    /**
     * Whether every logit, including those of multi-token prediction, is within the tolerance and every continuation is
     * the same. Hidden states only help to find an error.
     */
    public boolean passes() {
        return logits.largest() <= tolerance
                && draftPasses()
                && greedy.flatMap(Greedy::first).isEmpty();
    }

    /** Whether every logit of multi-token prediction is within the tolerance. */
    public boolean draftPasses() {
        return draft.stream().allMatch(one -> one.largest() <= tolerance);
    }

    /** The first place in the model with numbers beyond the tolerance. */
    public Optional<Hidden> firstWrong() {
        return hidden.stream()
                .filter(one -> !(one.agreement().largest() <= tolerance))
                .findFirst();
    }

    /** As data for JSON. */
    public Map<String, Object> data() {
        var data = new LinkedHashMap<String, Object>();
        data.put("passes", passes());
        data.put("tolerance", tolerance);
        data.put("kernels", kernels);
        data.putAll(agreements());
        var layers = new ArrayList<Map<String, Object>>();
        hidden.forEach(one -> {
            var layer = new LinkedHashMap<String, Object>();
            layer.put("tensor", "hidden." + one.layers());
            layer.putAll(differences(one.agreement()));
            layers.add(layer);
        });
        data.put("hidden", layers);
        data.put("notes", notes);
        return data;
    }

    /** As data for JSON, without hidden states and without a verdict. */
    public Map<String, Object> agreements() {
        var data = new LinkedHashMap<String, Object>();
        data.put("kv_type", kvType.label());
        data.put("logits", logits(logits));
        draft.ifPresent(one -> data.put("mtp_logits", logits(one)));
        greedy.ifPresent(continued -> data.put("greedy", data(continued)));
        return data;
    }

    private static Map<String, Object> logits(Agreement logits) {
        var compared = differences(logits);
        compared.put("mean_kl_divergence", logits.meanDivergence());
        compared.put("largest_kl_divergence", logits.largestDivergence());
        compared.put("same_argmax_share", logits.sameBestShare());
        compared.put("positions", logits.rows());
        return compared;
    }

    private static Map<String, Object> data(Greedy greedy) {
        var data = new LinkedHashMap<String, Object>();
        data.put("same_sequences", greedy.same());
        data.put("sequences", greedy.sequences());
        data.put("tokens_each", greedy.tokens());
        greedy.first().ifPresent(at -> {
            var first = new LinkedHashMap<String, Object>();
            first.put("sequence", at.sequence());
            first.put("index", at.index());
            first.put("expected", at.expected());
            first.put("got", at.got());
            data.put("first_difference", first);
        });
        return data;
    }

    private static LinkedHashMap<String, Object> differences(Agreement agreement) {
        var data = new LinkedHashMap<String, Object>();
        data.put("largest_difference", agreement.largest());
        var at = agreement.largestAt();
        data.put("at", List.of(at[0], at[1], at[2]));
        data.put("mean_difference", agreement.mean());
        return data;
    }
}
