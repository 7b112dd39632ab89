package orrery.kernel.vector;

import orrery.kernel.Crew;
import orrery.spec.Activation;

/** {@code out = act(gate) * up}, or just {@code out = act(gate)}. */
final class Gating extends RowTask {
    private final WorkerScratch scratch;
    private Activation activation = Activation.SILU;
    private long out;
    private long gate;
    private long up;
    private int columns;
    private boolean alone;

    Gating(Crew pool, WorkerScratch scratch) {
        super(pool);
        this.scratch = scratch;
    }

    void gate(long result, long opener, long input, Activation how, int rows, int width) {
        alone = false;
        start(result, opener, input, how, rows, width);
    }

    void activate(long result, long input, Activation how, int rows, int width) {
        alone = true;
        start(result, input, input, how, rows, width);
    }

    private void start(long result, long opener, long input, Activation how, int rows, int width) {
        activation = how;
        out = result;
        gate = opener;
        up = input;
        columns = width;
        scratch.ensure(2L * 4 * Curves.RUN);
        share(rows, width);
    }

    @Override
    void rows(int from, int to) {
        rows(from, to, 0);
    }

    @Override
    void rows(int from, int to, int worker) {
        long opened = scratch.of(worker);
        long second = opened + 4L * Curves.RUN;
        long end = 4L * to * columns;
        for (long at = 4L * from * columns; at < end; at += 4L * Curves.RUN) {
            int taken = (int) Math.min(Curves.RUN, (end - at) / 4);
            OffHeap.copy(gate + at, opened, taken);
            int whole = Curves.whole(opened, taken);
            switch (activation) {
                case SILU -> Curves.silu(opened, second, whole);
                case GELU_TANH -> Curves.geluTanh(opened, second, whole);
                case GELU_ERF -> Curves.geluErf(opened, second, whole);
                case RELU -> Curves.relu(opened, whole);
            }
            if (alone) {
                OffHeap.copy(opened, out + at, taken);
            } else {
                Sums.product(out + at, opened, up + at, taken);
            }
        }
    }
}
