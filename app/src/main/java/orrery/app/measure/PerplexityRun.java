package orrery.app.measure;

import java.util.function.LongConsumer;

/** Runs a model on the windows of a text and accumulates the likelihood. */
public final class PerplexityRun {
    private PerplexityRun() {}

    /** @param progress receives how many tokens of {@link TextWindows#work} are done */
    public static Likelihood of(MeasuredModel model, TextWindows windows, LongConsumer progress) {
        var likelihood = new Likelihood();
        var row = new float[model.spec().vocabSize()];
        long done = 0;
        for (var window : windows.windows()) {
            int[] tokens = windows.tokens(window);
            try (var running = model.running(tokens)) {
                for (int at = 0; at < tokens.length; ) {
                    var logits = running.next();
                    for (int i = 0; i < logits.count(); i++) {
                        if (windows.scores(window, at + i)) {
                            logits.read(row, i);
                            likelihood.add(row, tokens[at + i + 1]);
                        }
                    }
                    at += logits.count();
                    done += logits.count();
                    progress.accept(done);
                }
            }
        }
        return likelihood;
    }
}
