package orrery.lab.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What a step was like.
 *
 * @param step counted from 1
 * @param loss mean cross-entropy of the step's tokens in nats, before its update
 * @param draftLoss the same of the draft's predictions; NaN without a draft
 * @param gradientNorm before it was clipped
 * @param largestLogit the largest attention logit, scaled and capped, without its sign
 * @param learningRate of its update
 * @param tokens that the loss is the mean of
 * @param sliced whether the nested model was trained in this step instead of the whole one
 * @param expertLoads tokens of each expert, by layer; empty without experts
 */
public record StepReport(
        int step,
        double loss,
        double draftLoss,
        double gradientNorm,
        double largestLogit,
        double learningRate,
        int tokens,
        boolean sliced,
        Map<Integer, long[]> expertLoads) {

    /** The largest load of an expert, as a multiple of the mean load of its layer; NaN without experts. */
    public double largestLoad() {
        return expertLoads.values().stream()
                .mapToDouble(each -> (double) each.length
                        * LongStream.of(each).max().orElseThrow()
                        / LongStream.of(each).sum())
                .max()
                .orElse(Double.NaN);
    }

    /** As a line of {@code loss.jsonl} has it. */
    public Map<String, Object> data() {
        var data = new LinkedHashMap<String, Object>();
        data.put("step", step);
        data.put("loss", loss);
        if (!Double.isNaN(draftLoss)) {
            data.put("draft_loss", draftLoss);
        }
        data.put("gradient_norm", gradientNorm);
        data.put("largest_attention_logit", largestLogit);
        data.put("learning_rate", learningRate);
        data.put("tokens", tokens);
        if (sliced) {
            data.put("slice", true);
        }
        if (!expertLoads.isEmpty()) {
            data.put("largest_expert_load", largestLoad());
            var loads = new LinkedHashMap<String, Object>();
            expertLoads.forEach((layer, each) -> loads.put(
                    Integer.toString(layer), LongStream.of(each).boxed().toList()));
            data.put("expert_loads", loads);
        }
        return data;
    }
}
