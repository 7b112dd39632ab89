package orrery.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The mean of a text's hidden states, computed in the background. Often used as the text's embedding, though a model
 * that was not trained for embeddings makes a poor one. Any thread may call its methods.
 */
public final class MeanState implements AutoCloseable {
    private final EngineLoop loop;
    private final Sequence sequence;
    private final CompletableFuture<float[]> mean = new CompletableFuture<>();
    private final double[] sum;
    private final float[] row;
    private int read;

    MeanState(EngineLoop loop, TimeLimits limits, int[] ids) {
        this.loop = loop;
        sum = new double[loop.hiddenSize()];
        row = new float[loop.hiddenSize()];
        sequence = new Sequence(ids, ids.length, loop.pools(), new Sequence.Recipient() {
            @Override
            public void computed(Sequence ready) {
                add(ready);
            }

            @Override
            public void accept(Sequence ready, int logits) {
                throw new IllegalStateException("a sequence without logits got some");
            }

            @Override
            public void late() {
                mean.completeExceptionally(new LateException("the mean state was not computed within its time"));
            }

            @Override
            public void fail(EngineException why) {
                mean.completeExceptionally(why);
            }
        });
        sequence.limit(limits);
        sequence.use = Sequence.RowUse.ALL_STATES;
    }

    Sequence sequence() {
        return sequence;
    }

    /** Adds the rows of a step; rows recomputed after a preemption are already in the sum. */
    private void add(Sequence ready) {
        for (int i = 0; i < ready.planned; i++) {
            if (ready.from + i == read) {
                loop.hidden(ready.firstRow + i, row);
                for (int column = 0; column < row.length; column++) {
                    sum[column] += row[column];
                }
                read++;
            }
        }
        if (read == ready.length()) {
            finish(ready);
        }
    }

    private void finish(Sequence ready) {
        for (int column = 0; column < row.length; column++) {
            row[column] = (float) (sum[column] / read);
            if (!Float.isFinite(row[column])) {
                loop.discard(ready);
                mean.completeExceptionally(new EngineException("a hidden state has the value " + row[column]
                        + " in column " + column + ", expected finite numbers; the weights may be damaged"));
                return;
            }
        }
        loop.finish(ready);
        mean.complete(row);
    }

    /**
     * The mean, {@code [hidden size]}; waits for it.
     *
     * @throws LateException if its time was used up
     * @throws EngineException if it could not be computed, or this was closed before, or this thread is interrupted
     */
    public float[] get() {
        try {
            return mean.get().clone();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LateException late) {
                throw late;
            }
            throw new EngineException("the mean state could not be computed: " + e.getCause(), e);
        } catch (CancellationException e) {
            throw new EngineException("the mean state was cancelled", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while waiting for the engine", e);
        }
    }

    /** Cancels, unless it has been computed. */
    @Override
    public void close() {
        if (mean.cancel(false)) {
            loop.cancel(sequence);
        }
    }
}
