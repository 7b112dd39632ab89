package orrery.kernel.vector;

import jdk.incubator.vector.FloatVector;
import orrery.spec.Activation;

/** {@code out = act(gate) * up}, or {@code out = act(gate)} alone. */
final class Gating extends RowTask {
    private Activation activation = Activation.SILU;
    private long out;
    private long gate;
    private long up;
    private int columns;
    private boolean alone;

    Gating(WorkerPool pool) {
        super(pool);
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
        share(rows, width);
    }

    @Override
    void rows(int from, int to) {
        long start = 4L * from * columns;
        long end = 4L * to * columns;
        long at = start;
        // SILU spelt out step by step, see Exponentials.exp.
        switch (activation) {
            case SILU -> {
                for (; at <= end - Lanes.BYTES; at += Lanes.BYTES) {
                    var x = Memory.floats(gate + at);
                    var y = Exponentials.clamped(x.neg());
                    var n = Exponentials.shifted(y);
                    store(
                            at,
                            x.div(Exponentials.scaled(Exponentials.mantissa(y, n), n)
                                    .add(1f)));
                }
            }
            case GELU_TANH -> {
                for (; at <= end - Lanes.BYTES; at += Lanes.BYTES) {
                    store(at, Exponentials.geluTanh(Memory.floats(gate + at)));
                }
            }
            case GELU_ERF -> {
                for (; at <= end - Lanes.BYTES; at += Lanes.BYTES) {
                    store(at, Exponentials.geluErf(Memory.floats(gate + at)));
                }
            }
        }
        for (; at < end; at += Float.BYTES) {
            var x = Lanes.all(Memory.get(gate + at));
            var opened = switch (activation) {
                case SILU -> Exponentials.silu(x);
                case GELU_TANH -> Exponentials.geluTanh(x);
                case GELU_ERF -> Exponentials.geluErf(x);
            };
            Memory.set(out + at, alone ? opened.lane(0) : opened.lane(0) * Memory.get(up + at));
        }
    }

    private void store(long at, FloatVector opened) {
        Memory.set(out + at, alone ? opened : opened.mul(Memory.floats(up + at)));
    }
}
