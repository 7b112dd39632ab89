package orrery.lab.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.ablation.Cell;
import orrery.lab.data.Batch;
import orrery.lab.data.Copying;
import orrery.lab.data.ModularSums;
import orrery.lab.data.Recall;
import orrery.lab.data.TextTask;
import orrery.lab.train.ModelTrainer;
import orrery.spec.Reach;

/**
 * A trained model on sequences that it was not trained on. Only positions that ask for an answer count.
 *
 * @param measures by name
 * @param ranges of a text the loss by how many tokens a prediction sees, of another task the accuracy by distance, in
 *     ranges that double
 */
record Validation(SortedMap<String, Double> measures, List<Cell.Range> ranges) {

    /** Whether the model's loss is a number. */
    boolean finite() {
        return measures.values().stream().allMatch(Double::isFinite);
    }

    static Validation of(ModelTrainer trainer, Trial trial, int sequences) {
        var all = trial.task().validation(sequences);
        var loads = new ValidationLoads(trial.spec());
        var sums = new Sums(trial.plan().context());
        boolean text = trial.task() instanceof TextTask;
        int reach = reach(trial);
        for (var batch : parts(all, trial.plan().batch())) {
            float[][] losses = trainer.losses(batch.tokens(), batch.targets(), loads);
            int[][] answers = text ? new int[0][] : trainer.likeliest(batch.tokens());
            sums.add(batch, losses, answers, reach);
        }
        var measures = new TreeMap<String, Double>();
        measures.put("loss", sums.loss());
        if (!text) {
            measures.put("accuracy", sums.accuracy());
            measures.put("chance", chance(trial));
            if (sums.beyondReach > 0) {
                measures.put("accuracy_beyond_reach", sums.rightBeyondReach / (double) sums.beyondReach);
                measures.put("reach", (double) reach);
            }
        }
        for (int cut : trial.cuts()) {
            if (text) {
                measures.put("gain_beyond_" + cut, gain(trainer, trial, all, cut));
            }
        }
        loads.addTo(measures);
        return new Validation(measures, sums.ranges(text));
    }

    private static double chance(Trial trial) {
        return switch (trial.task()) {
            case Recall recall -> 1.0 / recall.values();
            case Copying copying -> 1.0 / copying.symbols();
            case ModularSums sums -> 1.0 / sums.modulus();
            case TextTask _ -> 0;
        };
    }

    /** How many tokens back what a model sees can come from, layer by layer; without end if one has full attention. */
    static int reach(Trial trial) {
        long sum = 0;
        for (var layer : trial.spec().layers()) {
            sum += switch (layer.attention().reach()) {
                case Reach.Full _ -> Integer.MAX_VALUE;
                case Reach.Window(var tokens) -> tokens - 1;
                case Reach.Chunk(var tokens) -> tokens - 1;
            };
        }
        return (int) Math.min(Integer.MAX_VALUE, sum);
    }

    /** Batches of at most so many sequences. */
    private static List<Batch> parts(Batch all, int sequences) {
        var parts = new ArrayList<Batch>();
        for (int from = 0; from < all.tokens().length; from += sequences) {
            int to = Math.min(all.tokens().length, from + sequences);
            parts.add(new Batch(
                    Arrays.copyOfRange(all.tokens(), from, to),
                    Arrays.copyOfRange(all.targets(), from, to),
                    Arrays.copyOfRange(all.distances(), from, to)));
        }
        return parts;
    }

    /**
     * How much lower the loss of the last quarter of each sequence is with all tokens before than with {@code cut} of
     * them: every fourth position, the same ones with both.
     */
    private static double gain(ModelTrainer trainer, Trial trial, Batch all, int cut) {
        int length = trial.plan().context();
        double gain = 0;
        long count = 0;
        for (var batch : parts(all, trial.plan().batch())) {
            float[][] whole = trainer.losses(batch.tokens(), batch.targets(), (_, _, _) -> {});
            for (int last = length - length / 4; last < length; last += 4) {
                int from = last - cut + 1;
                var tokens = new int[batch.tokens().length][];
                var targets = new int[tokens.length][];
                for (int s = 0; s < tokens.length; s++) {
                    tokens[s] = Arrays.copyOfRange(batch.tokens()[s], from, last + 1);
                    targets[s] = Arrays.copyOfRange(batch.targets()[s], from, last + 1);
                }
                float[][] few = trainer.losses(tokens, targets, (_, _, _) -> {});
                for (int s = 0; s < tokens.length; s++) {
                    gain += few[s][cut - 1] - whole[s][last];
                    count++;
                }
            }
        }
        return gain / count;
    }

    /** Sums by distance. */
    private static final class Sums {
        private final double[] losses;
        private final long[] right;
        private final long[] counts;
        private long beyondReach;
        private long rightBeyondReach;

        Sums(int length) {
            losses = new double[length + 1];
            right = new long[length + 1];
            counts = new long[length + 1];
        }

        void add(Batch batch, float[][] found, int[][] answers, int reach) {
            for (int s = 0; s < found.length; s++) {
                for (int i = 0; i < found[s].length; i++) {
                    int distance = batch.distances()[s][i];
                    if (batch.targets()[s][i] == Batch.NONE) {
                        continue;
                    }
                    losses[distance] += found[s][i];
                    counts[distance]++;
                    boolean isRight = answers.length > 0 && answers[s][i] == batch.targets()[s][i];
                    right[distance] += isRight ? 1 : 0;
                    if (distance > reach) {
                        beyondReach++;
                        rightBeyondReach += isRight ? 1 : 0;
                    }
                }
            }
        }

        double loss() {
            return Arrays.stream(losses).sum() / Arrays.stream(counts).sum();
        }

        double accuracy() {
            return (double) Arrays.stream(right).sum() / Arrays.stream(counts).sum();
        }

        List<Cell.Range> ranges(boolean byLoss) {
            var ranges = new ArrayList<Cell.Range>();
            for (int first = 1; first < losses.length; first *= 2) {
                int last = Math.min(losses.length - 1, 2 * first - 1);
                double sum = 0;
                long count = 0;
                for (int distance = first; distance <= last; distance++) {
                    sum += byLoss ? losses[distance] : right[distance];
                    count += counts[distance];
                }
                if (count > 0) {
                    ranges.add(new Cell.Range(first, last, sum / count));
                }
            }
            return ranges;
        }
    }
}
