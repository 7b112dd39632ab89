package orrery.lab.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a model does on the text that it is not trained on.
 *
 * @param step how many steps were done
 * @param loss mean cross-entropy in nats
 * @param tokens how many it is the mean of
 * @param byPosition the same by how many tokens a prediction sees, in ranges that double
 */
public record ValidationReport(int step, double loss, long tokens, List<Range> byPosition) {

    /**
     * Predictions from a similar context.
     *
     * @param first the fewest tokens that one of them sees, from 1 on
     * @param last the most
     * @param loss mean cross-entropy in nats
     */
    public record Range(int first, int last, double loss) {}

    public ValidationReport {
        byPosition = List.copyOf(byPosition);
    }

    /**
     * Sums up.
     *
     * @param sums of the losses at each position of a sequence
     * @param counts how many there were at each
     */
    static ValidationReport of(int step, double[] sums, int[] counts) {
        var ranges = new ArrayList<Range>();
        double all = 0;
        long tokens = 0;
        for (int first = 1; first <= sums.length; first *= 2) {
            int last = Math.min(sums.length, 2 * first - 1);
            double sum = 0;
            long counted = 0;
            for (int position = first; position <= last; position++) {
                sum += sums[position - 1];
                counted += counts[position - 1];
            }
            if (counted > 0) {
                ranges.add(new Range(first, last, sum / counted));
            }
            all += sum;
            tokens += counted;
        }
        return new ValidationReport(step, all / tokens, tokens, ranges);
    }

    /** As a line of {@code loss.jsonl} has it. */
    public Map<String, Object> data() {
        var data = new LinkedHashMap<String, Object>();
        data.put("step", step);
        data.put("validation_loss", loss);
        data.put("validation_tokens", tokens);
        data.put(
                "validation_loss_by_position",
                byPosition.stream()
                        .map(range -> {
                            var one = new LinkedHashMap<String, Object>();
                            one.put("first", range.first());
                            one.put("last", range.last());
                            one.put("loss", range.loss());
                            return one;
                        })
                        .toList());
        return data;
    }
}
