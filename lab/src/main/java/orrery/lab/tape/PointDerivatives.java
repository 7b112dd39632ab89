package orrery.lab.tape;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import orrery.kernel.Activations;
import orrery.spec.Activation;
import orrery.tensor.Tensor;

/** What operations element by element mean for gradients. */
final class PointDerivatives {
    private final TapeMemory memory;
    private final RowLoops loops;

    PointDerivatives(TapeMemory memory, RowLoops loops) {
        this.memory = memory;
        this.loops = loops;
    }

    /** {@code out = act(x)}. */
    void activate(Tensor dOut, Tensor dX, Tensor x, Activation activation, int rows) {
        loops.rows(rows, (r, room) -> {
            var given = room.take(0, dOut, r);
            var input = room.row(1, x, r);
            for (int i = 0; i < x.columns(); i++) {
                given[i] = (float) (given[i] * Slopes.of(activation, input[i]));
            }
            RowLoops.add(dX, r, given);
        });
    }

    /** {@code out = act(gate) * up}. */
    void gate(Tensor dOut, Tensor dGate, Tensor dUp, Tensor gate, Tensor up, Activation activation, int rows) {
        int columns = (int) gate.columns();
        loops.rows(rows, (r, room) -> {
            var given = room.take(0, dOut, r);
            var gates = room.row(1, gate, r);
            var ups = room.row(2, up, r);
            var more = room.array(3, columns);
            for (int i = 0; i < columns; i++) {
                double slope;
                double opened;
                if (activation == Activation.SILU) {
                    double share = 1 / (1 + Math.exp(-gates[i]));
                    opened = gates[i] * share;
                    slope = share + opened * (1 - share);
                } else {
                    opened = Activations.apply(activation, gates[i]);
                    slope = Slopes.of(activation, gates[i]);
                }
                more[i] = (float) (given[i] * (double) ups[i] * slope);
                given[i] = (float) (given[i] * opened);
            }
            RowLoops.add(dGate, r, more);
            RowLoops.add(dUp, r, given);
        });
    }

    /** In place, {@code out = cap * tanh(x / cap)}; {@code tanh} itself for a cap of 1. */
    void softcap(Tensor dX, Tensor out, float cap, int rows) {
        loops.rows(rows, (r, room) -> {
            var given = room.row(0, dX, r);
            var result = room.row(1, out, r);
            for (int i = 0; i < out.columns(); i++) {
                double share = result[i] / (double) cap;
                given[i] = (float) (given[i] * (1 - share * share));
            }
            RowLoops.write(dX, r, given);
        });
    }

    /** {@code out = x * weight}, where {@code weight} is one row. */
    void multiply(Tensor dOut, Tensor dX, Tensor x, Tensor weight, Optional<Tensor> dWeight, int rows) {
        int columns = (int) x.columns();
        var mark = memory.mark();
        var terms = memory.tensor(rows, columns);
        loops.rows(rows, (r, room) -> {
            var given = room.take(0, dOut, r);
            var input = room.row(1, x, r);
            var factors = room.row(2, weight, 0);
            for (int i = 0; i < columns; i++) {
                input[i] *= given[i];
                given[i] *= factors[i];
            }
            RowLoops.write(terms, r, input);
            RowLoops.add(dX, r, given);
        });
        dWeight.ifPresent(sums -> loops.addColumnSums(sums, terms, rows));
        memory.release(mark);
    }

    /** {@code out[r] += x[r] * coefficients[r, column]}. */
    void addScaled(Tensor dOut, Tensor dX, Tensor dCoefficients, Tensor x, float[] coefficients, int column, int rows) {
        int columns = (int) x.columns();
        loops.rows(rows, (r, room) -> {
            var given = room.row(0, dOut, r);
            var input = room.row(1, x, r);
            double along = 0;
            for (int i = 0; i < columns; i++) {
                along += (double) given[i] * input[i];
            }
            RowLoops.add(dX, r, 0, given, 0, columns, coefficients[r]);
            RowLoops.addElement(dCoefficients, r, column, (float) along);
        });
    }

    /**
     * {@code to[indices[first + i]] += from[i] * factor(i)}, of tables and gathered rows, in the order of {@code i}.
     */
    void scatterAdd(Tensor to, Tensor from, int[] indices, float factor, int count) {
        int columns = (int) to.columns();
        int together = 64;
        loops.parts(Math.ceilDiv(columns, together), (part, room) -> {
            int at = part * together;
            int width = Math.min(together, columns - at);
            var piece = room.array(0, width);
            for (int i = 0; i < count; i++) {
                long start = ((long) i * columns + at) * Float.BYTES;
                MemorySegment.copy(from.data(), ValueLayout.JAVA_FLOAT, start, piece, 0, width);
                RowLoops.add(to, indices[i], at, piece, 0, width, factor);
            }
        });
    }
}
