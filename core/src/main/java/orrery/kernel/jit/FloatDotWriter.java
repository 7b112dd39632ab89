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
 * Emits products of a few rows with rows of weights in their stored form, read once and as several streams. Called as
 * {@code (weights, rowBytes, streamBytes, x, xStride, out, outStride, turns, outStream, factors)}: an iteration
 * multiplies one row of each stream, the next iteration the rows after them; strides are in bytes. Output {@code s} of
 * an iteration is {@code s * outStream} bytes further. {@code factors}, one float per input, is not read if weights
 * have no such factors.
 *
 * <p>Lane {@code l} of a vector sums inputs {@code l}, {@code l + lanes}, ... in that order, with fused multiply-adds;
 * lanes beyond the last input add 0 times 0. At the end, the upper half of the lanes is added to the lower half until
 * one sum is left. {@link PlaneTileWriter} computes the same sums for many rows.
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
    /** The distance of factors from activations. */
    private static final General FACTORS = RBP;
    /** The address of the fifth and later streams, if weights have no factors. */
    private static final General LAST_STREAMS = RBP;

    private static final General THREE_STREAMS = RAX;
    /** The addresses of the first rows of {@code x}, and of those from the fourth on. */
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
    /** Inputs per vector. */
    private final int vectorInputs;

    private final FloatReader reader;
    private final Address factor;
    private final Vector[][] sums;
    /** Activations of all rows or weights of all streams, whichever are fewer, and one of the others. */
    private final Vector[] held;

    private final Vector one;
    private final Vector factors;
    private final Vector spare;
    /** NaN marks of each stream. */
    private final Vector[] noted;

    /**
     * Parameters fixed in the code.
     *
     * @param dtype of the weights
     * @param inputs inputs per row, 0 or more
     * @param rows of activations, up to {@value #MOST_ROWS}
     * @param streams rows of weights that are read together, up to 8, or 4 if they are scaled
     * @param scaled whether each weight is multiplied with a factor
     * @param rounded whether activations are BF16, too ({@link BrainRowWriter})
     */
    record Shape(DType dtype, int inputs, int rows, int streams, boolean scaled, boolean rounded) {
        /** Inputs per vector. */
        int inputsOf(Vector.Kind kind) {
            return rounded ? kind.bytes() / Short.BYTES : kind.lanes();
        }

        /**
         * The best number of streams for {@code rows}. For one row it is one if there are sums in 16 lanes, because the
         * processor's prefetcher follows a single stream; two for bytes, since one sum's dependent additions take
         * longer than loading 16 bytes from memory. For more rows it is as many as have room for their sums in
         * registers, since activations are read again for each iteration, from the second-level cache.
         */
        static int streams(Tier tier, DType dtype, int rows, boolean scaled) {
            if (tier.encoding() == VectorEncoding.VEX) {
                return FloatReader.notes(dtype) && rows == MOST_ROWS ? 1 : 2;
            }
            if (FloatReader.notes(dtype)) {
                return 2;
            }
            return switch (rows) {
                case 1 -> dtype.isFp8() ? 2 : 1;
                case 2, 3 -> scaled ? 4 : 8;
                case 4 -> scaled ? 4 : 6;
                default -> 4;
            };
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
        held = registers.take(Math.min(shape.rows, shape.streams));
        one = registers.take();
        spare = registers.take();
        // If weights are kept in registers, nothing else is loaded until they are scaled.
        factors = shape.scaled && shape.rows <= shape.streams ? registers.take() : one;
        noted = registers.take(FloatReader.notes(shape.dtype) ? shape.streams : 0);
        factor = beside.of(FloatReader.factor(shape.dtype));
        vectorInputs = shape.inputsOf(kind);
        reader = new FloatReader(code, beside, tier, shape.dtype, spare, shape.inputs % vectorInputs);
    }

    /**
     * The code for a tier.
     *
     * @throws IllegalArgumentException if the shape needs too many registers
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
        if (shape.streams > 4) {
            code.lea(LAST_STREAMS, at(W, STREAM, 4, 0));
        }
        int stepBytes = vectorInputs * shape.dtype.bytes();
        // One cache line of each stream at a time, or as much as a whole vector of bytes, for NaN detection.
        int together = Math.max(2, LINE / stepBytes);
        int steps = shape.inputs / vectorInputs;
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
            if (shape.streams > 4) {
                code.add(LAST_STREAMS, together * stepBytes);
            }
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
        if (shape.inputs % vectorInputs > 0) {
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
     * @param tail whether it is the last one, and partial
     * @param noted whether its NaN values have been recorded
     */
    private void step(int step, boolean tail, boolean noted) {
        int bytes = step * vectorInputs * shape.dtype.bytes();
        int floats = step * kind.bytes();
        if (shape.scaled) {
            read(factors, at(FIRST_ROWS, FACTORS, 1, floats), tail);
        }
        if (shape.rows <= shape.streams) {
            for (int row = 0; row < shape.rows; row++) {
                read(held[row], activations(row, floats), tail);
            }
            for (int stream = 0; stream < shape.streams; stream++) {
                weight(one, weight(stream, bytes), tail, noted);
                for (int row = 0; row < shape.rows; row++) {
                    multiply(sums[row][stream], one, held[row]);
                }
            }
        } else {
            for (int stream = 0; stream < shape.streams; stream++) {
                weight(held[stream], weight(stream, bytes), tail, noted);
            }
            for (int row = 0; row < shape.rows; row++) {
                read(one, activations(row, floats), tail);
                for (int stream = 0; stream < shape.streams; stream++) {
                    multiply(sums[row][stream], held[stream], one);
                }
            }
        }
    }

    private void multiply(Vector sum, Vector weight, Vector x) {
        if (shape.rounded) {
            code.vdpbf16ps(sum, weight, x);
        } else {
            code.vfmadd231ps(sum, weight, x);
        }
    }

    private void weight(Vector to, Address from, boolean tail, boolean noted) {
        if (shape.rounded) {
            reader.readPairs(to, from, tail);
        } else if (tail) {
            reader.readTail(to, from, LEFT);
        } else if (noted) {
            reader.readSized(to, from);
        } else {
            reader.read(to, from);
        }
        if (shape.scaled) {
            code.vmulps(to, to, factors);
        }
    }

    private void read(Vector to, Address from, boolean tail) {
        if (tail && !shape.rounded) {
            reader.floats(to, from);
        } else {
            code.vmovups(to, from);
        }
    }

    private static Address weight(int stream, int offset) {
        var base = stream < 4 ? W_AT : LAST_STREAMS;
        return switch (stream % 4) {
            case 0 -> at(base, offset);
            case 3 -> at(base, THREE_STREAMS, 1, offset);
            default -> at(base, STREAM, stream % 4, offset);
        };
    }

    private static Address activations(int row, int offset) {
        var base = row < 3 ? FIRST_ROWS : LAST_ROWS;
        return row % 3 == 0 ? at(base, offset) : at(base, X_STRIDE, row % 3, offset);
    }

    private void store() {
        code.mov(FIRST_ROWS, OUT);
        for (int row = 0; row < shape.rows; row++) {
            code.mov(LEFT, FIRST_ROWS);
            for (int stream = 0; stream < shape.streams; stream++) {
                fold(sums[row][stream]);
                code.vmovss(at(LEFT), sums[row][stream].xmm());
                code.add(LEFT, OUT_STREAM);
            }
            if (row + 1 < shape.rows) {
                code.add(FIRST_ROWS, OUT_STRIDE);
            }
        }
    }

    /** Adds the upper half to the lower half, until one lane is left. */
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
