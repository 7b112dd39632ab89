package orrery.lab.tape;

import java.util.ArrayList;
import java.util.List;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.tensor.Tensor;

/** The tape itself, and the operations of parallel streams on it. */
abstract class TapedStreams extends ForwardingKernels {
    final TapeMemory memory = new TapeMemory();
    final GradientBuffers gradients;
    final RowLoops loops;
    final NormDerivatives norms;
    final PointDerivatives points;
    private final List<Runnable> tape = new ArrayList<>();
    private boolean recording;

    TapedStreams(Kernels base, Parameters parameters) {
        super(base);
        gradients = new GradientBuffers(base, parameters);
        loops = new RowLoops(base.crew());
        norms = new NormDerivatives(memory, loops);
        points = new PointDerivatives(memory, loops);
    }

    /** Starts an empty tape. */
    void restart() {
        tape.clear();
        memory.reset();
        recording = true;
    }

    /** Whether operations are being recorded. */
    final boolean recording() {
        return recording;
    }

    final void stopRecording() {
        recording = false;
    }

    /** Adds to the tape what an operation does on the way back. */
    final void record(Runnable back) {
        tape.add(back);
    }

    /** Goes back through the tape, which is empty afterwards. */
    final void rewind() {
        gradients.clear();
        for (int i = tape.size() - 1; i >= 0; i--) {
            tape.get(i).run();
        }
        restart();
        stopRecording();
    }

    /** A tensor as it is now, where operations are being recorded. */
    final Tensor kept(Tensor x, int rows) {
        return recording ? memory.copy(x, rows) : x;
    }

    /** The gradient of a buffer at a moment of the way back. */
    final Tensor gradient(Tensor x) {
        return gradients.of(x);
    }

    @Override
    public void copy(Tensor out, Tensor x, int rows) {
        base().copy(out, x, rows);
        if (recording && !out.equals(x)) {
            record(() -> {
                base().add(gradient(x), gradient(out), rows);
                base().clear(gradient(out), rows);
            });
        }
    }

    @Override
    public void scale(Tensor x, float factor, int rows) {
        base().scale(x, factor, rows);
        if (recording) {
            record(() -> base().scale(gradient(x), factor, rows));
        }
    }

    @Override
    public void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {
        var kept = kept(x, rows);
        base().addScaled(out, x, coefficients, column, rows);
        if (recording) {
            var factors = new float[rows];
            for (int r = 0; r < rows; r++) {
                factors[r] = RowLoops.element(coefficients, r, column);
            }
            record(() ->
                    points.addScaled(gradient(out), gradient(x), gradient(coefficients), kept, factors, column, rows));
        }
    }

    @Override
    public void subtract(Tensor out, Tensor x, Tensor y, int rows) {
        base().subtract(out, x, y, rows);
        if (recording) {
            record(() -> {
                var mark = memory.mark();
                var given = memory.copy(gradient(out), rows);
                base().clear(gradient(out), rows);
                base().add(gradient(x), given, rows);
                base().scale(given, -1, rows);
                base().add(gradient(y), given, rows);
                memory.release(mark);
            });
        }
    }

    @Override
    public void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        var kept = kept(x, rows);
        base().multiply(out, x, weight, rows);
        if (recording) {
            record(() -> points.multiply(gradient(out), gradient(x), kept, weight, gradients.ofVector(weight), rows));
        }
    }

    @Override
    public void tanh(Tensor x, int rows) {
        base().tanh(x, rows);
        if (recording) {
            var result = kept(x, rows);
            record(() -> points.softcap(gradient(x), result, 1, rows));
        }
    }

    @Override
    public void matchSize(Tensor x, Tensor like, double floor, int rows) {
        var kept = kept(x, rows);
        var keptLike = kept(like, rows);
        base().matchSize(x, like, floor, rows);
        if (recording) {
            record(() -> norms.matchSize(gradient(x), kept, keptLike, gradient(like), floor, rows));
        }
    }

    @Override
    public void cutSmall(Tensor x, double deviations, int rows) {
        var kept = kept(x, rows);
        base().cutSmall(x, deviations, rows);
        if (recording) {
            record(() -> norms.cutSmall(gradient(x), kept, deviations, rows));
        }
    }
}
