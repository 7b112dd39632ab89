package orrery.kernel.vector;

import java.util.Arrays;
import orrery.tensor.DType;

/** Many rows times one group of woven outputs, on one worker: the weights are made floats that stay in the second-level cache, and activations stay as they are. */
final class WovenPanel {
    /** Inputs of a panel: 128 KiB of floats. */
    private static final int DEPTH = 512;

    private static final int TILE_ROWS = 6;

    private final Scratch scratch;
    private final Unweaver[] unweavers;

    WovenPanel(Scratch scratch, int workers) {
        this.scratch = scratch;
        unweavers = new Unweaver[workers];
        Arrays.setAll(unweavers, _ -> new Unweaver());
    }

    /** Whether so many rows take this way. */
    static boolean takes(DType dtype, int rows) {
        // From there on making floats was measured to be repaid; before, the products with integers are faster.
        int many = switch (dtype) {
            case Q8_0 -> 16;
            case IQ4_NL -> 12;
            case Q6_K -> 17;
            case Q5_0, Q5_1, Q5_K, MXFP4 -> 28;
            case Q4_0, Q4_1, Q4_K, F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                Integer.MAX_VALUE;
        };
        // Vectors of 8 lanes do not reach all of a table of sixteen.
        boolean looksUp = many != Integer.MAX_VALUE && dtype != DType.Q8_0;
        return rows >= many || (looksUp && Lanes.COUNT == 4);
    }

    /** Bytes of a worker's scratch. */
    static long bytes() {
        return (DEPTH + TILE_ROWS) * Unweaver.STRIDE;
    }

    /**
     * Multiplies.
     *
     * @param weights where the group begins
     * @param outputs how many of its 64 there are
     * @param scratchOffset where this worker's scratch is free
     */
    void multiply(
            DType dtype,
            long weights,
            int inputs,
            long x,
            long xStride,
            int rows,
            long out,
            long outStride,
            int outputs,
            int worker,
            long scratchOffset) {
        long panel = scratch.of(worker) + scratchOffset;
        long edge = panel + DEPTH * Unweaver.STRIDE;
        var sums = scratch.sums(worker);
        int size = dtype.blockElements();
        for (int k = 0; k < inputs; k += DEPTH) {
            int deep = Math.min(DEPTH, inputs - k);
            unweavers[worker].unweave(dtype, weights + k / size * Woven.blockBytes(dtype), deep / size, panel);
            long from = x + 4L * k;
            if (outputs == Woven.ROWS) {
                Tile.multiply(out, outStride, from, xStride, panel, Unweaver.STRIDE, rows, outputs, deep, k > 0, sums);
                continue;
            }
            for (int r = 0; r < rows; r += TILE_ROWS) {
                int taken = Math.min(TILE_ROWS, rows - r);
                Tile.multiply(
                        edge,
                        Unweaver.STRIDE,
                        from + r * xStride,
                        xStride,
                        panel,
                        Unweaver.STRIDE,
                        taken,
                        Woven.ROWS,
                        deep,
                        false,
                        sums);
                store(edge, out + r * outStride, outStride, taken, outputs, k > 0);
            }
        }
    }

    private static void store(long edge, long to, long outStride, int rows, int outputs, boolean adding) {
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < outputs; o++) {
                long at = to + r * outStride + 4L * o;
                float sum = Memory.get(edge + r * Unweaver.STRIDE + 4L * o);
                Memory.set(at, adding ? Memory.get(at) + sum : sum);
            }
        }
    }
}
