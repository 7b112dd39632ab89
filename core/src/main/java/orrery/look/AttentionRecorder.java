package orrery.look;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.model.AttentionObserver;
import orrery.model.HeadProjection;
import orrery.tensor.Tensor;

/**
 * Recomputes the attention weights of a step's rows from their queries and the cached keys, in double precision, and
 * compares the sums of cached values with these weights with the output of the kernels. The rows belong to one
 * sequence. It takes time and memory in proportion to the square of the text's length.
 */
public final class AttentionRecorder implements AttentionObserver {
    private final Kernels kernels;
    private final Step step;
    private final KvCache cache;
    private final SequencedMap<Integer, AttentionWeights> layers = new TreeMap<>();
    private final Map<Integer, Tensor> sums = new HashMap<>();

    /**
     * @param kernels those of the decoder
     * @param step the step that is going to run; of one sequence
     * @param cache its cache
     */
    public AttentionRecorder(Kernels kernels, Step step, KvCache cache) {
        this.kernels = kernels;
        this.step = step;
        this.cache = cache;
    }

    /** The layers that were observed, by their indices. */
    public SequencedMap<Integer, AttentionWeights> layers() {
        return layers;
    }

    @Override
    public void attended(int layer, Attention attention, Tensor query, Tensor output, HeadProjection projection) {
        if (step.sequenceCount() != 1) {
            throw new IllegalStateException(
                    "a step of " + step.sequenceCount() + " sequences, expected one whose attention is recorded");
        }
        int rows = step.rows();
        var firstSeen = new int[rows];
        var lastSeen = new int[rows];
        for (int r = 0; r < rows; r++) {
            firstSeen[r] = attention.reach().firstSeenFrom(step.positions()[r]);
            lastSeen[r] = attention.reach().lastSeenFrom(step.positions()[r], step.lastSeen()[r]);
        }
        int from = Arrays.stream(firstSeen).min().orElse(0);
        int to = Arrays.stream(lastSeen).max().orElse(-1);
        var queries = new float[rows][Math.toIntExact(query.columns())];
        for (int r = 0; r < rows; r++) {
            kernels.read(queries[r], query, r);
        }
        var shape = attention.heads();
        var mixed = sums.computeIfAbsent(
                shape.query() * attention.valueSize(), columns -> kernels.allocate(step.capacity(), columns));
        var heads = new ArrayList<AttentionWeights.Head>();
        float[][] keys = {};
        float[][] values = {};
        for (int h = 0; h < shape.query(); h++) {
            if (h % shape.group() == 0) {
                var cached = new CachedHead(cache, step.pagesOf(0), layer, h / shape.group());
                keys = rows(cached::key, from, to);
                values = rows(cached::value, from, to);
            }
            var weights = new float[rows][];
            for (int r = 0; r < rows; r++) {
                double[] exact = softmax(attention, queries[r], h, keys, firstSeen[r] - from, lastSeen[r] - from);
                mix(mixed, r, h * attention.valueSize(), attention.valueSize(), exact, values, firstSeen[r] - from);
                weights[r] = new float[exact.length];
                for (int i = 0; i < exact.length; i++) {
                    weights[r][i] = (float) exact[i];
                }
            }
            heads.add(new AttentionWeights.Head(h, weights));
        }
        double difference = largestDifference(projection.of(mixed, rows), output, rows);
        layers.put(layer, new AttentionWeights(layer, firstSeen, lastSeen, heads, difference));
    }

    /** Keys or values by position. */
    private interface Cached {
        float[] at(int position);
    }

    private static float[][] rows(Cached cached, int from, int to) {
        var rows = new float[to - from + 1][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = cached.at(from + i);
        }
        return rows;
    }

    /** The weights of the keys {@code first} to {@code last} for one head of a row. */
    private static double[] softmax(Attention attention, float[] query, int head, float[][] keys, int first, int last) {
        int size = attention.heads().size();
        var weights = new double[last - first + 1];
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < weights.length; k++) {
            double score = 0;
            for (int i = 0; i < size; i++) {
                score += (double) query[head * size + i] * keys[first + k][i];
            }
            score *= attention.scale();
            if (attention.softcap() > 0) {
                score = attention.softcap() * Math.tanh(score / attention.softcap());
            }
            weights[k] = score;
            most = Math.max(most, score);
        }
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            weights[k] = Math.exp(weights[k] - most);
            sum += weights[k];
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] /= sum;
        }
        return weights;
    }

    /** Writes the weighted sum of the values from {@code first} on to some columns of a row. */
    private static void mix(
            Tensor mixed, int row, int column, int size, double[] weights, float[][] values, int first) {
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                sum += weights[k] * values[first + k][i];
            }
            mixed.data().setAtIndex(ValueLayout.JAVA_FLOAT, row * mixed.columns() + column + i, (float) sum);
        }
    }

    private double largestDifference(Tensor recomputed, Tensor output, int rows) {
        var ours = new float[Math.toIntExact(recomputed.columns())];
        var theirs = new float[Math.toIntExact(output.columns())];
        double largest = 0;
        for (int r = 0; r < rows; r++) {
            kernels.read(ours, recomputed, r);
            kernels.read(theirs, output, r);
            for (int i = 0; i < theirs.length; i++) {
                double difference = Math.abs((double) ours[i] - theirs[i]);
                largest = Math.max(largest, difference);
            }
        }
        return largest;
    }
}
