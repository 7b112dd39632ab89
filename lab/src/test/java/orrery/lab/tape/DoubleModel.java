package orrery.lab.tape;

import java.util.Arrays;
import java.util.stream.IntStream;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/** A model's own forward pass in double, and its loss over a batch. */
final class DoubleModel implements AutoCloseable {
    private static final int PAGE = 16;

    private final DoubleKernels kernels;
    private final Decoder decoder;
    private final KvCache cache;
    private final Step step;
    private final int[][] targets;
    private final Step draftStep;
    private final float draftWeight;

    DoubleModel(ArchitectureSpec spec, Parameters parameters, int[][] tokens, int[][] targets, float draftWeight) {
        this.draftWeight = draftWeight;
        this.targets = targets;
        kernels = new DoubleKernels(parameters);
        int rows = 0;
        int runs = 0;
        for (int[] sequence : tokens) {
            rows += sequence.length;
            runs += Math.ceilDiv(sequence.length, PAGE);
        }
        decoder = new Decoder(spec, new Weights(spec, parameters.matrices()), kernels, rows, rows);
        cache = new KvCache(spec.cachesWithDraft(), KvType.F32, PAGE, runs);
        step = new Step(rows);
        draftStep = new Step(rows);
        for (int s = 0; s < tokens.length; s++) {
            var pages = new PageTable[cache.pools()];
            for (int pool = 0; pool < pages.length; pool++) {
                pages[pool] = new PageTable();
                for (int from = 0; from < tokens[s].length; from += PAGE) {
                    pages[pool].append(cache.take(pool));
                }
            }
            step.addSequence(pages);
            draftStep.addSequence(pages);
            for (int i = 0; i < tokens[s].length; i++) {
                step.add(s, tokens[s][i], i, true);
                draftStep.add(s, i + 1 < tokens[s].length ? tokens[s][i + 1] : 0, i, true);
            }
        }
    }

    /** The numbers of a parameter, which may be changed. */
    double[] of(Parameter parameter) {
        return kernels.memory.of(parameter);
    }

    /** The mean cross-entropy in nats, and the draft's times its weight. */
    double loss() {
        var flat = Arrays.stream(targets).flatMapToInt(Arrays::stream).toArray();
        double loss = loss(decoder.forward(step, cache), flat);
        if (draftWeight > 0) {
            var later = Arrays.stream(targets)
                    .flatMapToInt(one -> IntStream.concat(Arrays.stream(one).skip(1), IntStream.of(-1)))
                    .toArray();
            loss += draftWeight * loss(decoder.draft(draftStep, cache, decoder.lastHidden()), later);
        }
        return loss;
    }

    private double loss(Tensor logits, int[] wanted) {
        var numbers = kernels.memory.of(logits);
        int classes = (int) logits.columns();
        double loss = 0;
        int counted = 0;
        for (int row = 0; row < wanted.length; row++) {
            if (wanted[row] >= 0) {
                double sum = 0;
                for (int i = 0; i < classes; i++) {
                    sum += Math.exp(numbers[row * classes + i]);
                }
                loss += Math.log(sum) - numbers[row * classes + wanted[row]];
                counted++;
            }
        }
        return loss / counted;
    }

    @Override
    public void close() {
        cache.close();
        kernels.close();
    }
}
