package orrery.lab.tape;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.KvType;

/** A model's own forward pass in double, and its loss over a batch. */
final class DoubleModel implements AutoCloseable {
    private static final int PAGE = 16;

    private final DoubleKernels kernels;
    private final Decoder decoder;
    private final KvCache cache;
    private final Step step;
    private final int[][] targets;

    DoubleModel(ArchitectureSpec spec, Parameters parameters, int[][] tokens, int[][] targets) {
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
        for (int s = 0; s < tokens.length; s++) {
            var pages = new PageTable[cache.pools()];
            for (int pool = 0; pool < pages.length; pool++) {
                pages[pool] = new PageTable();
                for (int from = 0; from < tokens[s].length; from += PAGE) {
                    pages[pool].append(cache.take(pool));
                }
            }
            step.addSequence(pages);
            for (int i = 0; i < tokens[s].length; i++) {
                step.add(s, tokens[s][i], i, true);
            }
        }
    }

    /** The numbers of a parameter, which may be changed. */
    double[] of(Parameter parameter) {
        return kernels.memory.of(parameter);
    }

    /** The mean cross-entropy in nats. */
    double loss() {
        var logits = decoder.forward(step, cache);
        var numbers = kernels.memory.of(logits);
        int classes = (int) logits.columns();
        double loss = 0;
        int counted = 0;
        int row = 0;
        for (int target :
                List.of(targets).stream().flatMapToInt(java.util.Arrays::stream).toArray()) {
            if (target >= 0) {
                double sum = 0;
                for (int i = 0; i < classes; i++) {
                    sum += Math.exp(numbers[row * classes + i]);
                }
                loss += Math.log(sum) - numbers[row * classes + target];
                counted++;
            }
            row++;
        }
        return loss / counted;
    }

    @Override
    public void close() {
        cache.close();
        kernels.close();
    }
}
