package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.R14;
import static orrery.kernel.jit.General.R15;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RBP;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import orrery.tensor.DType;

/**
 * Writes products of a few rows with rows of weights as they are stored, read once and as several streams. Called as
 * {@code (weights, rowBytes, streamBytes, x, xStride, out, outStride, turns, outStream, factors)}: a turn multiplies
 * one row of each stream, and the next turn the rows behind them; strides are bytes. Output {@code s} of a turn lies
 * {@code s * outStream} bytes on, and what weights are multiplied with ({@code factors}, one float an input) is not
 * read where weights have no such factors.
 *
 * <p>Lane {@code l} of a vector sums inputs {@code l}, {@code l + lanes}, ... in that order, each product fused with
 * its addition; lanes beyond the last input add 0 times 0. At the end the upper half of the lanes is added to the
 * lower one until one sum is left. {@link PlaneTileWriter} makes the same sums of many rows.
 */
final class FloatDotWriter {
    /** Rows that weights are multiplied with while they are in a register. */
    static final int MOST_ROWS = 6;

    private static final General W = RDI;
    private static final General ROW = RSI;
    private static final General STREAM = RDX;
    private static final General X = RCX;
    private static final General X_STRIDE = R8;
    private static final General OUT = R9;
    private static final General OUT_STRIDE = RBX;
    private static final General TURNS = R12;
    private static final General OUT_STREAM = R13;
    /** How far factors lie from activations. */
    private static final General FACTORS = RBP;

    private static final General THREE_STREAMS = RAX;
    /** Where the first rows of {@code x} are read, and those from the fourth on. */
    private static final General FIRST_ROWS = R10;

    private static final General LAST_ROWS = R11;
    private static final General W_AT = R14;
    private static final General LEFT = R15;

    private static final int LINE = 64;
    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Constants beside;
    private final Vector.Kind kind;
    private final boolean wide;
    private final Shape shape;
    private final FloatReader reader;
    private final Address factor;
    private final Vector[][] sums;
    private final Vector[] weights;
    private final Vector x;
    private final Vector spare;
    /** What was no number in each stream. */
    private final Vector[] noted;

    /**
     * What is settled when the code is written.
     *
     * @param dtype of the weights
     * @param inputs of a row, 0 or more
     * @param rows of activations, up to {@value #MOST_ROWS}
     * @param streams 1, 2 or 4 rows of weights side by side
     * @param scaled whether each weight is multiplied with a factor
     */
    record Shape(DType dtype, int inputs, int rows, int streams, boolean scaled) {
        /**
         * How many streams are best with so many rows: a processor that has many sums under way reads one best, which
         * its own prefetching follows, and otherwise what fits the registers.
         */
        static int streams(Tier tier, DType dtype, int rows) {
            if (tier.encoding() == VectorEncoding.VEX) {
                return FloatReader.notes(dtype) && rows == MOST_ROWS ? 1 : 2;
            }
            return FloatReader.notes(dtype) ? 2 : rows == 1 ? 1 : 4;
        }
    }

    private FloatDotWriter(Tier tier, Shape shape) {
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        kind = tier.kind();
        wide = tier.encoding() == VectorEncoding.EVEX;
        this.shape = shape;
        var registers = new RegisterSupply(tier);
        sums = new Vector[shape.rows][];
        Arrays.setAll(sums, _ -> registers.take(shape.streams));
        weights = registers.take(shape.streams);
        x = registers.take();
        spare = registers.take();
        noted = registers.take(FloatReader.notes(shape.dtype) ? shape.streams : 0);
        factor = beside.of(FloatReader.factor(shape.dtype));
        reader = new FloatReader(code, beside, tier, shape.dtype, spare, shape.inputs % kind.lanes());
    }

    /**
     * The code for a tier.
     *
     * @throws IllegalArgumentException if the shape needs more registers than there are
     */
    static Assembler write(Tier tier, Shape shape) {
        var writer = new FloatDotWriter(tier, shape);
        writer.write(Frame.of(
                List.of(W, ROW, STREAM, X, X_STRIDE, OUT, OUT_STRIDE, TURNS, OUT_STREAM, FACTORS),
                Set.of(THREE_STREAMS, FIRST_ROWS, LAST_ROWS, W_AT, LEFT),
                tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        reader.begin(LEFT);
        if (shape.streams > 3) {
            code.lea(THREE_STREAMS, at(STREAM, STREAM, 2, 0));
        }
        if (shape.scaled) {
            code.sub(FACTORS, X);
        }
        var turn = new Label();
        code.align(ALIGNMENT);
        code.place(turn);
        turn();
        code.add(W, ROW);
        code.add(OUT, Float.BYTES);
        code.sub(TURNS, 1);
        code.jnz(turn);
        frame.leave(code);
        beside.place();
    }

    /** One row of each stream. */
    private void turn() {
        for (var row : sums) {
            for (var sum : row) {
                code.vxorps(sum, sum, sum);
            }
        }
        for (var none : noted) {
            code.vpxor(none, none, none);
        }
        code.mov(FIRST_ROWS, X);
        if (shape.rows > 3) {
            code.lea(LAST_ROWS, at(X, X_STRIDE, 2, 0));
            code.add(LAST_ROWS, X_STRIDE);
        }
        code.mov(W_AT, W);
        int stepBytes = kind.lanes() * shape.dtype.bytes();
        // A line of each stream at a time, or what it takes to note a whole vector's bytes.
        int together = Math.max(2, LINE / stepBytes);
        int steps = shape.inputs / kind.lanes();
        if (steps / together > 0) {
            var lines = new Label();
            code.mov(LEFT, steps / together);
            code.align(ALIGNMENT);
            code.place(lines);
            for (int stream = 0; stream < noted.length; stream++) {
                for (int at = 0; at < together * stepBytes; at += kind.bytes()) {
                    reader.note(noted[stream], weight(stream, at));
                }
            }
            for (int i = 0; i < together; i++) {
                step(i, false, true);
            }
            code.add(W_AT, together * stepBytes);
            code.add(FIRST_ROWS, together * kind.bytes());
            if (shape.rows > 3) {
                code.add(LAST_ROWS, together * kind.bytes());
            }
            code.sub(LEFT, 1);
            code.jnz(lines);
        }
        for (int i = 0; i < steps % together; i++) {
            step(i, false, false);
        }
        if (shape.inputs % kind.lanes() > 0) {
            step(steps % together, true, false);
        }
        for (int stream = 0; stream < noted.length; stream++) {
            int one = stream;
            reader.spoil(Arrays.stream(sums).map(row -> row[one]).toArray(Vector[]::new), noted[stream]);
        }
        store();
    }

    /**
     * A vector of inputs.
     *
     * @param tail whether it is the last one, and not whole
     * @param noted whether what is no number in it was noted
     */
    private void step(int step, boolean tail, boolean noted) {
        int bytes = step * kind.lanes() * shape.dtype.bytes();
        int floats = step * kind.bytes();
        if (shape.scaled) {
            read(x, at(FIRST_ROWS, FACTORS, 1, floats), tail);
        }
        for (int stream = 0; stream < shape.streams; stream++) {
            var weight = weights[stream];
            if (tail) {
                reader.readTail(weight, weight(stream, bytes), LEFT);
            } else if (noted) {
                reader.readSized(weight, weight(stream, bytes));
            } else {
                reader.read(weight, weight(stream, bytes));
            }
            if (shape.scaled) {
                code.vmulps(weight, weight, x);
            }
        }
        for (int row = 0; row < shape.rows; row++) {
            read(x, activations(row, floats), tail);
            for (int stream = 0; stream < shape.streams; stream++) {
                code.vfmadd231ps(sums[row][stream], weights[stream], x);
            }
        }
    }

    private void read(Vector to, Address from, boolean tail) {
        if (tail) {
            reader.floats(to, from);
        } else {
            code.vmovups(to, from);
        }
    }

    private static Address weight(int stream, int offset) {
        return switch (stream) {
            case 0 -> at(W_AT, offset);
            case 3 -> at(W_AT, THREE_STREAMS, 1, offset);
            default -> at(W_AT, STREAM, stream, offset);
        };
    }

    private static Address activations(int row, int offset) {
        var base = row < 3 ? FIRST_ROWS : LAST_ROWS;
        return row % 3 == 0 ? at(base, offset) : at(base, X_STRIDE, row % 3, offset);
    }

    private void store() {
        code.mov(FIRST_ROWS, OUT);
        for (int row = 0; row < shape.rows; row++) {
            for (int stream = 0; stream < shape.streams; stream++) {
                fold(sums[row][stream]);
                if (stream == 3) {
                    code.lea(LEFT, at(FIRST_ROWS, OUT_STREAM, 2, 0));
                }
                code.vmovss(
                        switch (stream) {
                            case 0 -> at(FIRST_ROWS);
                            case 3 -> at(LEFT, OUT_STREAM, 1, 0);
                            default -> at(FIRST_ROWS, OUT_STREAM, stream, 0);
                        },
                        sums[row][stream].xmm());
            }
            if (row + 1 < shape.rows) {
                code.add(FIRST_ROWS, OUT_STRIDE);
            }
        }
    }

    /** The upper half to the lower one, until one lane is left. */
    private void fold(Vector sum) {
        if (wide) {
            code.vshuff32x4(spare, sum, sum, 0x4E);
            code.vaddps(sum, sum, spare);
            code.vshuff32x4(spare.half(), sum.half(), sum.half(), 1);
        } else {
            code.vperm2f128(spare, sum, sum, 1);
        }
        code.vaddps(sum.xmm(), sum.xmm(), spare.xmm());
        code.vpermilps(spare.xmm(), sum.xmm(), 0x4E);
        code.vaddps(sum.xmm(), sum.xmm(), spare.xmm());
        code.vpermilps(spare.xmm(), sum.xmm(), 0xB1);
        code.vaddps(sum.xmm(), sum.xmm(), spare.xmm());
        if (FloatReader.factor(shape.dtype) != 1) {
            code.vmulss(sum.xmm(), sum.xmm(), factor);
        }
    }
}
