package orrery.app.measure;

import java.util.function.LongConsumer;
import orrery.report.Agreement;

/**
 * Two models on the same windows of a text, position by position in lockstep: only the logits of one position are in
 * memory, for both models.
 *
 * @param agreement of the second's logits with the first's
 * @param first the likelihood of the text for the first
 * @param second the likelihood of the text for the second
 * @param worst where their divergence is largest: the index in the text of the token that they predict there
 */
public record LogitComparison(Agreement agreement, Likelihood first, Likelihood second, int worst) {

    /** @param progress receives how many tokens of {@link TextWindows#work} are done */
    public static LogitComparison of(
            MeasuredModel one, MeasuredModel other, TextWindows windows, LongConsumer progress) {
        var agreement = new Agreement();
        var first = new Likelihood();
        var second = new Likelihood();
        var row = new float[one.spec().vocabSize()];
        var otherRow = new float[row.length];
        int worst = windows.windows().getFirst().scoredFrom();
        long done = 0;
        for (var window : windows.windows()) {
            int[] tokens = windows.tokens(window);
            try (var running = one.running(tokens);
                    var alongside = other.running(tokens)) {
                for (int at = 0; at < tokens.length; ) {
                    var logits = running.next();
                    var others = alongside.next();
                    for (int i = 0; i < logits.count(); i++) {
                        if (windows.scores(window, at + i)) {
                            logits.read(row, i);
                            others.read(otherRow, i);
                            int position = windows.predicted(window, at + i);
                            double rowLog = Agreement.logSum(row);
                            double otherLog = Agreement.logSum(otherRow);
                            double before = agreement.largestDivergence();
                            agreement.addLogits(otherRow, otherLog, row, rowLog, 0, position);
                            worst = agreement.largestDivergence() > before ? position : worst;
                            first.add(row, rowLog, tokens[at + i + 1]);
                            second.add(otherRow, otherLog, tokens[at + i + 1]);
                        }
                    }
                    at += logits.count();
                    done += logits.count();
                    progress.accept(done);
                }
            }
        }
        return new LogitComparison(agreement, first, second, worst);
    }
}
