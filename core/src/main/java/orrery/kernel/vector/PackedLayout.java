package orrery.kernel.vector;

import orrery.tensor.DType;

/**
 * How weights in blocks lie once 64 outputs are packed into one stream, so that a core reads one run of memory and no
 * sum goes across lanes.
 *
 * <p>The unit is a <em>line</em> of 64 short lanes, one a row. Lane {@code 2 i} holds row {@code 32 (i / 16) + i % 16}
 * and lane {@code 2 i + 1} the row 16 further on: sign-extending the lower and the upper halves of 32-bit lanes then
 * gives whole vectors of neighbouring rows. A short holds four bits of four neighbouring inputs, two bits of eight, or
 * one bit of sixteen.
 *
 * <p>Sums are made in 16-bit lanes, modulo 2^16, without ever masking bits: if
 * {@code s = n0 + 16 n1 + 256 n2 + 4096 n3}, then
 * {@code n0 x0 + n1 x1 + n2 x2 + n3 x3} as
 * {@code s x0 + (s >>> 4)(x1 - 16 x0) + (s >>> 8)(x2 - 16 x1) + (s >>> 12)(x3 - 16 x2)},
 * and what overflows on the way comes back. Only the sum itself has to fit: with activations up to 127 and
 * {@code n - 8} within 8, 32 inputs make at most 32,512.
 */
final class PackedLayout {
    /** Rows of a group. */
    static final int ROWS = 64;
    /** Bytes of a line. */
    static final long LINE = 2 * ROWS;
    /** Where the sums of a second vector begin, after those of the first. */
    static final int SECOND = lowRow(Lanes.BYTES);

    private PackedLayout() {}

    /** The row in the lower half of the 32-bit lane at so many bytes of a line. */
    static int lowRow(long bytes) {
        int lane = (int) (bytes / Integer.BYTES);
        return 32 * (lane / 16) + lane % 16;
    }

    /** Where the lane of a row begins, in bytes of a line. */
    static long lane(int row) {
        return 4L * (16 * (row / 32) + row % 16) + 2L * (row % 32 / 16);
    }

    /** Bytes of one block's inputs for all rows of a group. */
    static long blockBytes(DType dtype) {
        return switch (dtype) {
            case Q4_0 -> 9 * LINE;
            case Q4_1 -> 10 * LINE;
            case Q5_0 -> 11 * LINE;
            case Q5_1 -> 12 * LINE;
            case Q8_0 -> 17 * LINE;
            // An exponent of eight bits takes a lane of sixteen.
            case IQ4_NL, MXFP4 -> 9 * LINE;
            case Q4_K -> (2 + 8 * 9) * LINE;
            case Q5_K -> (2 + 8 * 11) * LINE;
            case Q6_K -> (1 + 8 * 13) * LINE;
            default -> throw new IllegalArgumentException(dtype + " is not packed");
        };
    }

    /** Bytes of a group of rows with so many inputs. */
    static long groupBytes(DType dtype, int inputs) {
        return inputs / dtype.blockElements() * blockBytes(dtype);
    }

    /** Groups of so many rows; the last may be filled up with zeros. */
    static int groups(int rows) {
        return (rows + ROWS - 1) / ROWS;
    }

    /** The product of a group with a row of activations. */
    static void sums(DType dtype, long weights, Q8Activations x, int first, int blocks, LutSums planes, float[] out) {
        switch (dtype) {
            case Q4_0 -> PackedQ4_0.sums(weights, x, first, blocks, out);
            case Q4_1 -> PackedQ4_1.sums(weights, x, first, blocks, out);
            case Q5_0 -> PackedQ5_0.sums(weights, x, first, blocks, planes, out);
            case Q5_1 -> PackedQ5_1.sums(weights, x, first, blocks, planes, out);
            case Q8_0 -> PackedQ8_0.sums(weights, x, first, blocks, out);
            case IQ4_NL -> PackedIQ4_NL.sums(weights, x, first, blocks, planes, out);
            case MXFP4 -> PackedMXFP4.sums(weights, x, first, blocks, planes, out);
            case Q4_K -> PackedQ4_K.sums(weights, x, first, blocks, out);
            case Q5_K -> PackedQ5_K.sums(weights, x, first, blocks, planes, out);
            case Q6_K -> PackedQ6_K.sums(weights, x, first, blocks, planes, out);
            default -> throw new IllegalArgumentException(dtype + " is not packed");
        }
    }
}
