package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.WIDE_SHORTS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import orrery.quant.IQ4_NL;
import orrery.quant.MXFP4;
import orrery.tensor.DType;

/**
 * Woven weights back to floats, {@code [inputs, 64]}: what a product of many rows multiplies from the second-level cache. Rows are neighbouring lanes already, so nothing has to be turned.
 * One a worker.
 */
final class Unweaver {
    /** Bytes of the floats of one input. */
    static final long STRIDE = 4L * Woven.ROWS;

    private static final short[] IQ4_VALUES = ValueTables.of(IQ4_NL.values());
    private static final short[] MXFP4_VALUES = ValueTables.of(MXFP4.values());

    private final float[] factors = Apart.floats(Woven.ROWS);
    private final float[] offsets = Apart.floats(Woven.ROWS);

    /** Writes so many blocks, the first of which begins at {@code block}, and which end a group or are a multiple of eight, to {@code to}. */
    void unweave(DType dtype, long block, int blocks, long to) {
        for (int b = 0; b < blocks; b++) {
            long floats = to + b * dtype.blockElements() * STRIDE;
            switch (dtype) {
                case Q5_0, Q5_1, IQ4_NL, MXFP4 -> {
                    int chunk = b / PlaneSums.BLOCKS * PlaneSums.BLOCKS;
                    int count = Math.min(PlaneSums.BLOCKS, blocks - chunk);
                    together(dtype, block + chunk * Woven.blockBytes(dtype), b - chunk, count, floats);
                }
                case Q8_0, Q4_0, Q4_1, Q4_K, Q5_K, Q6_K -> alone(dtype, block + b * Woven.blockBytes(dtype), floats);
                case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                    throw new IllegalArgumentException(dtype + " is not woven");
            }
        }
    }

    private void alone(DType dtype, long w, long to) {
        switch (dtype) {
            case Q4_0 -> {
                halves(w, -8);
                nibbles(w + Woven.LINE, 32, to);
            }
            case Q4_1 -> {
                halves(w, 0);
                minima(w + Woven.LINE);
                nibbles(w + 2 * Woven.LINE, 32, to);
            }
            case Q8_0 -> {
                halves(w, -128);
                eights(w + Woven.LINE, to);
            }
            case Q4_K -> {
                for (int g = 0; g < 8; g++) {
                    long sub = w + (2 + 9L * g) * Woven.LINE;
                    scaled(w, sub);
                    nibbles(sub + Woven.LINE, 32, to + 32 * g * STRIDE);
                }
            }
            case Q5_K -> {
                for (int g = 0; g < 8; g++) {
                    scaled(w + 88 * Woven.LINE, w + (80 + g) * Woven.LINE);
                    wide(w + 8L * g * Woven.LINE, w + (64 + 2L * g) * Woven.LINE, 1, 32, to + 32 * g * STRIDE);
                }
            }
            case Q6_K -> {
                for (int g = 0; g < 16; g++) {
                    long half = w + 48L * (g % 2) * Woven.LINE;
                    signed(w + 104 * Woven.LINE, w + (96 + g / 2) * Woven.LINE + 2 * (g % 2));
                    wide(
                            half + 4L * (g / 2) * Woven.LINE,
                            half + (32 + 2L * (g / 2)) * Woven.LINE,
                            2,
                            16,
                            to + 16 * g * STRIDE);
                }
            }
            case Q5_0, Q5_1, IQ4_NL, MXFP4, F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException(dtype + " has no blocks that lie alone");
        }
    }

    /** One of so many blocks whose planes lie together. */
    private void together(DType dtype, long lines, int unit, int count, long to) {
        long own = lines + 8L * unit * Woven.LINE;
        long fifth = lines + (8L * count + 2L * unit) * Woven.LINE;
        switch (dtype) {
            case Q5_0 -> {
                halves(lines + (10L * count + unit) * Woven.LINE, -16);
                wide(own, fifth, 1, 32, to);
            }
            case Q5_1 -> {
                long scale = lines + (10L * count + 2L * unit) * Woven.LINE;
                halves(scale, 0);
                minima(scale + Woven.LINE);
                wide(own, fifth, 1, 32, to);
            }
            case IQ4_NL -> {
                halves(lines + (8L * count + unit) * Woven.LINE, 0);
                choices(own, IQ4_VALUES, 32, to);
            }
            case MXFP4 -> {
                long scale = lines + (8L * count + unit) * Woven.LINE;
                for (int r = 0; r < Woven.ROWS; r++) {
                    factors[r] = Float.intBitsToFloat(Memory.getShort(scale + Woven.lane(r)) << 16);
                    offsets[r] = 0;
                }
                choices(lines + 4L * unit * Woven.LINE, MXFP4_VALUES, 16, to);
                choices(lines + 4L * (count + unit) * Woven.LINE, MXFP4_VALUES, 16, to + 16 * STRIDE);
            }
            case Q8_0,
                    Q4_0,
                    Q4_1,
                    Q4_K,
                    Q5_K,
                    Q6_K,
                    F64,
                    F32,
                    F16,
                    BF16,
                    F8_E4M3,
                    F8_E5M2,
                    I64,
                    I32,
                    I16,
                    I8,
                    U8,
                    BOOL -> throw new IllegalArgumentException(dtype + " is not woven in planes");
        }
    }

    /** F16 scales; what a code of 0 stands for is so many of them. */
    private void halves(long line, int zero) {
        for (int r = 0; r < Woven.ROWS; r++) {
            float factor = Widen.half(line + Woven.lane(r));
            factors[r] = factor;
            offsets[r] = factor * zero;
        }
    }

    private void minima(long line) {
        for (int r = 0; r < Woven.ROWS; r++) {
            offsets[r] = Widen.half(line + Woven.lane(r));
        }
    }

    /** Scales and minima of a group of a K-format: the bytes of two rows share a lane. */
    private void scaled(long block, long sub) {
        for (int r = 0; r < Woven.ROWS; r++) {
            long lane = Woven.lane(r);
            long at = sub + lane / 4 * 4 + lane % 4 / 2;
            factors[r] = Widen.half(block + lane) * (Memory.getByte(at) & 0xFF);
            offsets[r] = -Widen.half(block + Woven.LINE + lane) * (Memory.getByte(at + 2) & 0xFF);
        }
    }

    private void signed(long block, long pair) {
        for (int r = 0; r < Woven.ROWS; r++) {
            long lane = Woven.lane(r);
            float factor = Widen.half(block + lane) * Memory.getByte(pair + lane / 4 * 4 + lane % 4 / 2);
            factors[r] = factor;
            offsets[r] = -32 * factor;
        }
    }

    private void nibbles(long lines, int count, long to) {
        for (long part = 0; part < Woven.LINE; part += BYTES) {
            for (int c = 0; c < count; c++) {
                var codes = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, lines + c / 4 * Woven.LINE + part, LITTLE)
                        .lanewise(LSHR, 4 * (c % 4))
                        .and((short) 0xF);
                store(codes, part, to + c * STRIDE);
            }
        }
    }

    /** Four lower bits of each code, and so many more in lines of their own. */
    private void wide(long lines, long more, int bits, int count, long to) {
        int inputs = 16 / bits;
        short mask = (short) ((1 << bits) - 1);
        for (long part = 0; part < Woven.LINE; part += BYTES) {
            for (int c = 0; c < count; c++) {
                var lower = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, lines + c / 4 * Woven.LINE + part, LITTLE)
                        .lanewise(LSHR, 4 * (c % 4))
                        .and((short) 0xF);
                var upper = ShortVector.fromMemorySegment(
                                WIDE_SHORTS, ALL, more + c / inputs * Woven.LINE + part, LITTLE)
                        .lanewise(LSHR, bits * (c % inputs))
                        .and(mask);
                store(upper.lanewise(LSHL, 4).or(lower), part, to + c * STRIDE);
            }
        }
    }

    private void eights(long lines, long to) {
        for (long part = 0; part < Woven.LINE; part += BYTES) {
            for (int c = 0; c < 32; c++) {
                long line = lines + c / 4 * 2 * Woven.LINE + part;
                var lower = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE)
                        .lanewise(LSHR, 4 * (c % 4))
                        .and((short) 0xF);
                var upper = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + Woven.LINE, LITTLE)
                        .lanewise(LSHR, 4 * (c % 4))
                        .and((short) 0xF);
                store(upper.lanewise(LSHL, 4).or(lower), part, to + c * STRIDE);
            }
        }
    }

    private void choices(long lines, short[] values, int count, long to) {
        boolean narrow = Lanes.COUNT == 4;
        var table = ShortVector.fromArray(WIDE_SHORTS, values, 0);
        var rest = ShortVector.fromArray(WIDE_SHORTS, values, narrow ? 8 : 0);
        for (long part = 0; part < Woven.LINE; part += BYTES) {
            for (int c = 0; c < count; c++) {
                var codes = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, lines + c / 4 * Woven.LINE + part, LITTLE)
                        .lanewise(LSHR, 4 * (c % 4))
                        .and((short) 0xF);
                // Vectors of 8 lanes choose from two.
                store(narrow ? codes.selectFrom(table, rest) : codes.selectFrom(table), part, to + c * STRIDE);
            }
        }
    }

    /** Codes of one input to floats: those of the lower halves of lanes, then those of the upper. */
    private void store(ShortVector codes, long part, long to) {
        int row = Woven.lowRow(part);
        var pairs = codes.reinterpretAsInts();
        store(pairs.lanewise(LSHL, 16).lanewise(ASHR, 16), row, to);
        store(pairs.lanewise(ASHR, 16), row + 16, to);
    }

    private void store(IntVector codes, int row, long to) {
        ((FloatVector) codes.convertShape(I2F, FLOATS, 0))
                .fma(FloatVector.fromArray(FLOATS, factors, row), FloatVector.fromArray(FLOATS, offsets, row))
                .intoMemorySegment(ALL, to + 4L * row, LITTLE);
    }
}
