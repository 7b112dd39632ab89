package orrery.kernel.vector;

import orrery.kernel.BackendException;
import orrery.quant.MXFP4;
import orrery.quant.SixBits;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Packs rows of blocks, as a file has them, into the streams of {@link PackedLayout}. One a worker. */
final class Packer {
    /** Eight-bit values are packed as {@code value + 128}, whose halves are both unsigned. */
    private static final int EIGHT_BITS_OFFSET = 128;

    /** Blocks of 32 inputs whose planes lie together. */
    private static final int CHUNK = LutSums.BLOCKS;

    /** The exponent of an F16 that is infinite or no number. */
    private static final int INFINITE = 0x7C00;

    private final int[] codes = new int[256];

    /** Packs the rows from {@code 64 * group} on to {@code to}; rows that the matrix does not have become zeros. */
    void pack(Matrix matrix, long weight, int group, long to) {
        var dtype = matrix.dtype();
        int blocks = matrix.columns() / dtype.blockElements();
        long stride = dtype.bytes(matrix.stride());
        int first = group * PackedLayout.ROWS;
        int rows = Math.min(PackedLayout.ROWS, matrix.rows() - first);
        if (rows < PackedLayout.ROWS) {
            OffHeap.fill(to, PackedLayout.groupBytes(dtype, matrix.columns()));
        }
        long from = weight + first * stride;
        for (int b = 0; b < blocks; b++) {
            int chunk = b / CHUNK * CHUNK;
            long at = to + chunk * PackedLayout.blockBytes(dtype);
            int count = Math.min(CHUNK, blocks - chunk);
            for (int r = 0; r < rows; r++) {
                long block = from + r * stride + (long) b * dtype.blockBytes();
                switch (dtype) {
                    case Q8_0, Q4_0, Q4_1 ->
                        alone(dtype, block, to + b * PackedLayout.blockBytes(dtype) + PackedLayout.lane(r));
                    case Q5_0, Q5_1, IQ4_NL, MXFP4 ->
                        together(dtype, block, at + PackedLayout.lane(r), b % CHUNK, count);
                    case Q4_K, Q5_K, Q6_K ->
                        large(dtype, block, to + b * PackedLayout.blockBytes(dtype), PackedLayout.lane(r));
                    default -> throw new IllegalArgumentException(dtype + " is not packed");
                }
            }
        }
    }

    /** Formats whose blocks lie one after another. */
    private void alone(DType dtype, long from, long line) {
        half(from, line);
        if (dtype == DType.Q8_0) {
            for (int i = 0; i < 32; i++) {
                codes[i] = OffHeap.getByte(from + 2 + i) + EIGHT_BITS_OFFSET;
            }
            both(line + PackedLayout.LINE);
        } else if (dtype == DType.Q4_0) {
            nibbles(from + 2);
            low(line + PackedLayout.LINE, PackedLayout.LINE, 0, 32);
        } else {
            half(from + 2, line + PackedLayout.LINE);
            nibbles(from + 4);
            low(line + 2 * PackedLayout.LINE, PackedLayout.LINE, 0, 32);
        }
    }

    /** Formats of which up to eight blocks lie plane by plane: {@code unit} of so many. */
    private void together(DType dtype, long from, long lines, int unit, int count) {
        long own = lines + 8L * unit * PackedLayout.LINE;
        long fifth = lines + (8L * count + 2L * unit) * PackedLayout.LINE;
        switch (dtype) {
            case Q5_0 -> {
                nibbles(from + 6);
                fifths(OffHeap.getInt(from + 2));
                low(own, PackedLayout.LINE, 0, 32);
                bits(fifth);
                half(from, lines + (10L * count + unit) * PackedLayout.LINE);
            }
            case Q5_1 -> {
                nibbles(from + 8);
                fifths(OffHeap.getInt(from + 4));
                low(own, PackedLayout.LINE, 0, 32);
                bits(fifth);
                long scale = lines + (10L * count + 2L * unit) * PackedLayout.LINE;
                half(from, scale);
                half(from + 2, scale + PackedLayout.LINE);
            }
            case IQ4_NL -> {
                nibbles(from + 2);
                low(own, PackedLayout.LINE, 0, 32);
                half(from, lines + (8L * count + unit) * PackedLayout.LINE);
            }
            case MXFP4 -> {
                nibbles(from + 1);
                low(lines + 4L * unit * PackedLayout.LINE, PackedLayout.LINE, 0, 16);
                low(lines + 4L * (count + unit) * PackedLayout.LINE, PackedLayout.LINE, 16, 16);
                float factor = MXFP4.factor(OffHeap.getByte(from) & 0xFF);
                OffHeap.setShort(
                        lines + (8L * count + unit) * PackedLayout.LINE, Float.floatToRawIntBits(factor) >>> 16);
            }
            default -> throw new IllegalArgumentException(dtype + " is not packed in bits");
        }
    }

    /** Formats with blocks of 256. */
    private void large(DType dtype, long from, long to, long lane) {
        if (dtype == DType.Q6_K) {
            sixBits(from, to, lane);
        } else if (dtype == DType.Q4_K) {
            scales(from, to, to + 2 * PackedLayout.LINE, lane, 9 * PackedLayout.LINE);
            for (int g = 0; g < 8; g++) {
                groupOfK(from + 16, g);
                low(to + lane + (3 + 9L * g) * PackedLayout.LINE, PackedLayout.LINE, 0, 32);
            }
        } else {
            scales(from, to + 88 * PackedLayout.LINE, to + 80 * PackedLayout.LINE, lane, PackedLayout.LINE);
            for (int g = 0; g < 8; g++) {
                groupOfK(from + 48, g);
                for (int i = 0; i < 32; i++) {
                    codes[i] |= ((OffHeap.getByte(from + 16 + i) >> g) & 1) << 4;
                }
                low(to + lane + 8L * g * PackedLayout.LINE, PackedLayout.LINE, 0, 32);
                bits(to + lane + (64 + 2L * g) * PackedLayout.LINE);
            }
        }
    }

    private void sixBits(long from, long to, long lane) {
        half(from + 208, to + lane + 104 * PackedLayout.LINE);
        for (int i = 0; i < 256; i++) {
            int half = i / 128;
            int run = i % 128 / 32;
            int column = i % 32;
            int lower = (OffHeap.getByte(from + 64 * half + 32 * (run % 2) + column) >> (4 * (run / 2))) & 0xF;
            int upper = (OffHeap.getByte(from + 128 + 32 * half + column) >> (2 * run)) & 3;
            codes[i] = lower | (upper << 4);
        }
        // The scales of both rows of a 32-bit lane and of two groups share that lane.
        long pair = lane / 4 * 4;
        long upperHalf = lane % 4 / 2;
        for (int g = 0; g < 16; g++) {
            long scale = to + (96 + g / 2) * PackedLayout.LINE;
            OffHeap.setByte(scale + pair + upperHalf + 2 * (g % 2), OffHeap.getByte(from + 192 + g));
            long half = to + lane + 48L * (g % 2) * PackedLayout.LINE;
            low(half + 4L * (g / 2) * PackedLayout.LINE, PackedLayout.LINE, 16 * g, 16);
            pairs(half + (32 + 2L * (g / 2)) * PackedLayout.LINE, 16 * g);
        }
    }

    /** F16 scales of a K-format and, for each group, the two scales and minima of the rows that share a lane. */
    private static void scales(long from, long halves, long groups, long lane, long groupBytes) {
        half(from, halves + lane);
        half(from + 2, halves + PackedLayout.LINE + lane);
        long pair = lane / 4 * 4;
        long upperHalf = lane % 4 / 2;
        for (int g = 0; g < 8; g++) {
            long line = groups + g * groupBytes + pair + upperHalf;
            OffHeap.setByte(line, SixBits.scale(OffHeap.ALL, from + 4, g));
            OffHeap.setByte(line + 2, SixBits.minimum(OffHeap.ALL, from + 4, g));
        }
    }

    /** An F16 scale or minimum. The kernels take no infinities, which no quantisation writes. */
    private static void half(long from, long to) {
        short bits = OffHeap.getShort(from);
        if ((bits & INFINITE) == INFINITE) {
            throw noNumber(Float.float16ToFloat(bits));
        }
        OffHeap.setShort(to, bits);
    }

    /** The refusal of a scale or a minimum. */
    static BackendException noNumber(float scale) {
        return new BackendException(
                "a block of quantised weights has a scale of " + scale + ", expected a finite number");
    }

    private void nibbles(long from) {
        for (int i = 0; i < 16; i++) {
            int two = OffHeap.getByte(from + i);
            codes[i] = two & 0xF;
            codes[i + 16] = (two >> 4) & 0xF;
        }
    }

    private void groupOfK(long from, int group) {
        for (int i = 0; i < 32; i++) {
            codes[i] = (OffHeap.getByte(from + 32L * (group / 2) + i) >> (4 * (group % 2))) & 0xF;
        }
    }

    private void fifths(int bits) {
        for (int i = 0; i < 32; i++) {
            codes[i] |= ((bits >>> i) & 1) << 4;
        }
    }

    /** The lower four bits of so many codes, four a short. */
    private void low(long line, long stride, int first, int count) {
        for (int i = 0; i < count; i += 4) {
            int c = first + i;
            int four = (codes[c] & 0xF)
                    | ((codes[c + 1] & 0xF) << 4)
                    | ((codes[c + 2] & 0xF) << 8)
                    | ((codes[c + 3] & 0xF) << 12);
            OffHeap.setShort(line + i / 4 * stride, four);
        }
    }

    /** Lower and upper four bits of 32 codes, line by line. */
    private void both(long line) {
        low(line, 2 * PackedLayout.LINE, 0, 32);
        for (int i = 0; i < 32; i++) {
            codes[i] >>= 4;
        }
        low(line + PackedLayout.LINE, 2 * PackedLayout.LINE, 0, 32);
    }

    /** The fifth bits of 32 codes, sixteen a short. */
    private void bits(long line) {
        for (int i = 0; i < 32; i += 16) {
            int sixteen = 0;
            for (int c = 0; c < 16; c++) {
                sixteen |= ((codes[i + c] >> 4) & 1) << c;
            }
            OffHeap.setShort(line + i / 16 * PackedLayout.LINE, sixteen);
        }
    }

    /** The fifth and sixth bits of sixteen codes, eight pairs a short. */
    private void pairs(long line, int first) {
        for (int i = 0; i < 16; i += 8) {
            int eight = 0;
            for (int c = 0; c < 8; c++) {
                eight |= ((codes[first + i + c] >> 4) & 3) << (2 * c);
            }
            OffHeap.setShort(line + i / 8 * PackedLayout.LINE, eight);
        }
    }
}
