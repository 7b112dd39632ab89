package orrery.lab.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a step was like.
 *
 * @param step counted from 1
 * @param loss mean cross-entropy of the step's tokens in nats, before its update
 * @param draftLoss the same of the draft's predictions; NaN without a draft
 * @param gradientNorm before it was clipped
 * @param largestLogit the largest attention logit, scaled and capped, without its sign
 * @param learningRate of its update
 */
public record StepReport(
        int step, double loss, double draftLoss, double gradientNorm, double largestLogit, double learningRate) {

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
        return data;
    }
}
