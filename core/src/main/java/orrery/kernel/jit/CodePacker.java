package orrery.kernel.jit;

import orrery.quant.BlockFormat;
import orrery.quant.SteppedFormat;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * Packs formats that are only decoded, code by code from their definitions. None has more than sixteen values, so four
 * bits can hold what files store as bits, signs and codebook indices: half a byte per number, more than in the file,
 * but half of a whole code.
 */
final class CodePacker extends PanelPacker {
    private static final int UNIT_RUNS = PanelFormat.UNIT / 8;

    private final BlockFormat format;

    /** For each signed byte, its index among the sixteen values. */
    private final byte[] choices = new byte[256];

    CodePacker(BlockFormat format, PanelLayout layout) {
        super(format.dtype(), layout);
        this.format = format;
        for (int code = 0; code < PanelFormat.CHOICES; code++) {
            choices[layout.format().value(code) & 0xFF] = (byte) code;
        }
    }

    /** Whether a matrix has no separate factors, or some that can be multiplied into the scales of its groups. */
    static boolean takesFactors(Matrix matrix) {
        return matrix.scales().isEmpty() || (matrix.dtype() == DType.NVFP4 && areOfRows(matrix));
    }

    private static boolean areOfRows(Matrix matrix) {
        return matrix.scales()
                .map(scales -> scales.firstColumn() + matrix.columns() <= scales.blockColumns())
                .orElse(true);
    }

    @Override
    long scratchBytes(int inputs) {
        return 0;
    }

    @Override
    void pack(Matrix source, long weights, int panel, long to, long scratch) {
        int first = panel * layout.lanes();
        int rows = Math.min(layout.lanes(), source.rows() - first);
        if (rows < layout.lanes()) {
            RawMemory.clear(to, layout.panelBytes(source.columns()));
        }
        for (int lane = 0; lane < rows; lane++) {
            int row = first + lane;
            float factor = source.scales().map(scales -> factor(scales, row)).orElse(1f);
            row(weights + dtype.bytes(row * source.stride()), source.columns(), factor, to, lane);
        }
    }

    private static float factor(BlockScales scales, int row) {
        return scales.at(row, 0);
    }

    private void row(long from, int inputs, float factor, long to, int lane) {
        int elements = dtype.blockElements();
        int units = elements / PanelFormat.UNIT;
        int unitsOfHead = layout.format().unitsOfHead();
        long block = from;
        for (int unit = 0; unit * PanelFormat.UNIT < inputs; unit += units) {
            long at = to + (long) (unit / unitsOfHead) * layout.blockBytes();
            if (format instanceof SteppedFormat stepped) {
                RawMemory.setFloat(at + Float.BYTES * lane, finite(stepped.factor(RawMemory.ALL, block)));
                if (layout.format().minima() != Minima.NONE) {
                    float minimum = finite(stepped.minimumFactor(RawMemory.ALL, block));
                    RawMemory.setFloat(at + layout.minimaHead() + Float.BYTES * lane, minimum);
                }
                at += layout.headBytes();
            }
            for (int i = 0; i < units; i++) {
                scales(block, i, factor, at, lane);
                codes(block, i, at, lane);
                at += layout.unitBytes();
            }
            block += dtype.blockBytes();
        }
    }

    /** The scales, and minima, of 32 inputs. */
    private void scales(long block, int unit, float factor, long to, int lane) {
        int groups = layout.format().scales().groups();
        for (int i = 0; i < groups; i++) {
            int group = unit * groups + i;
            long at = to + layout.scales(i);
            if (format instanceof SteppedFormat stepped) {
                RawMemory.setByte(at + lane, stepped.step(RawMemory.ALL, block, group));
                if (layout.format().minima() != Minima.NONE) {
                    int minimum = stepped.minimumStep(RawMemory.ALL, block, group);
                    RawMemory.setByte(to + layout.minima(i) + lane, minimum);
                }
                continue;
            }
            float scale = finite(format.scale(RawMemory.ALL, block, group) * factor);
            if (layout.format().scales() == Scales.HALVES) {
                RawMemory.setShort(at + Short.BYTES * lane, Float.floatToFloat16(scale));
            } else {
                RawMemory.setFloat(at + Float.BYTES * lane, scale);
            }
        }
    }

    /**
     * The codes of 32 inputs, with codes four vectors apart in one byte: those of eight inputs are in one or two lines.
     */
    private void codes(long block, int unit, long to, int output) {
        int run = UNIT_RUNS * unit;
        for (int half = 0; half < 2; half++) {
            long bytes = choices(format.codes(RawMemory.ALL, block, run + half))
                    | choices(format.codes(RawMemory.ALL, block, run + half + 2)) << 4;
            quad(8 * half, (int) bytes, to, output);
            quad(8 * half + Integer.BYTES, (int) (bytes >>> 32), to, output);
        }
    }

    private void quad(int input, int bytes, long to, int output) {
        RawMemory.setInt(to + layout.line(layout.vector(output, input)) + layout.place(output, input), bytes);
    }

    private long choices(long codes) {
        long chosen = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            chosen |= (long) choices[(int) (codes >>> shift) & 0xFF] << shift;
        }
        return chosen;
    }

    private static float finite(float number) {
        if (!Float.isFinite(number)) {
            throw noNumber(number);
        }
        return number;
    }
}
