package orrery.kernel.jit;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Float weights, which emitted code reads in place. */
final class FloatWeight extends Weight {
    /** Rows of a panel that are widened to floats before another panel's: as many pages as the TLB can hold. */
    private static final int NEAR = 32;

    private final Matrix matrix;
    private final FloatCode code;
    private final boolean copied;
    private final long address;
    /** Bytes from one run of elements to the next. */
    private final long runBytes;

    private final int lanes;
    private final int vectorBytes;
    private final Optional<BlockScales> scales;
    private final boolean rounded;
    private final @Nullable NativeFunction[] streams = new NativeFunction[FloatDotWriter.MOST_ROWS + 1];
    private final @Nullable NativeFunction[] rest = new NativeFunction[FloatDotWriter.MOST_ROWS + 1];

    FloatWeight(Kernels owner, Matrix matrix, FloatCode code, boolean copied) {
        super(owner, matrix.rows(), matrix.columns());
        this.matrix = matrix;
        this.code = code;
        this.copied = copied;
        address = RawMemory.address(matrix.data());
        runBytes = matrix.stride() * matrix.dtype().bytes();
        lanes = code.tier().lanes();
        vectorBytes = code.tier().kind().bytes();
        scales = matrix.scales();
        rounded = code.rounds() && rounds(matrix);
    }

    /** Whether emitted code can multiply with it. */
    static boolean takes(Matrix matrix) {
        return FloatReader.takes(matrix.dtype());
    }

    /** Whether activations can be rounded to BF16 for it: BF16 without factors and with contiguous inputs. */
    static boolean rounds(Matrix matrix) {
        return matrix.dtype() == DType.BF16
                && matrix.layout() == Matrix.Layout.OUT_IN
                && matrix.scales().isEmpty();
    }

    @Override
    public boolean packed() {
        return copied;
    }

    /** Whether inputs are contiguous, so that rows of weights can be multiplied in their stored form. */
    boolean isStoredInRows() {
        return matrix.layout() == Matrix.Layout.OUT_IN;
    }

    /** Whether elements are F16 or BF16 without factors. */
    boolean isOfHalves() {
        return matrix.dtype().bytes() == Short.BYTES && scales.isEmpty();
    }

    /** Whether it is multiplied with activations that are rounded to BF16. */
    boolean isRounded() {
        return rounded;
    }

    long runBytes() {
        return runBytes;
    }

    /** Outputs from {@code output} on, up to {@code most}, that share their factors, if there are any. */
    private int together(int output, int most) {
        return scales.map(blocks -> BlockFactors.rows(blocks, output, most)).orElse(most);
    }

    /** Bytes of the factors of a stored row. */
    private long factorBytes() {
        long count = isStoredInRows() ? inputs() : outputs();
        return scales.isPresent() ? wholeVectors(count) * Float.BYTES : 0;
    }

    private long wholeVectors(long count) {
        return (count + lanes - 1) / lanes * lanes;
    }

    /**
     * Generates what {@link #dot} needs for so many rows; called by the thread that calls kernels, before others run
     * it.
     */
    void prepareDot(int rows) {
        if (streams[rows] == null) {
            streams[rows] = written(rows, sideBySide(rows));
            rest[rows] = written(rows, 1);
        }
    }

    /** Rows of weights that are multiplied together. */
    int sideBySide(int rows) {
        return FloatDotWriter.Shape.streams(code.tier(), matrix.dtype(), rows, scales.isPresent());
    }

    private NativeFunction written(int rows, int count) {
        return code.dot(new FloatDotWriter.Shape(matrix.dtype(), inputs(), rows, count, scales.isPresent(), rounded));
    }

    /** Bytes of scratch for {@link #dot} or {@link #spread}. */
    long fewBytes() {
        return factorBytes();
    }

    /** Outputs {@code from} to {@code to} of a few rows; strides in bytes. */
    void dot(int from, int to, long x, long xStride, long out, long outStride, int rows, long scratch) {
        for (int at = from; at < to; ) {
            int count = together(at, to - at);
            if (scales.isPresent()) {
                BlockFactors.spread(scales.get(), at, 0, inputs(), scratch);
            }
            int side = sideBySide(rows);
            int turns = count / side;
            long weights = address + at * runBytes;
            long results = out + (long) Float.BYTES * at;
            if (turns > 0) {
                call(streams[rows], weights, turns, x, xStride, results, outStride, turns, scratch);
            }
            int done = turns * side;
            if (count > done) {
                long last = results + (long) Float.BYTES * done;
                call(rest[rows], weights + done * runBytes, 0, x, xStride, last, outStride, count - done, scratch);
            }
            at += count;
        }
    }

    /** The same for a weight that is not stored in rows, for as many rows as {@link FloatSpreadWriter} supports. */
    void spread(int from, int to, long x, long xStride, long out, long outStride, int rows, long scratch) {
        int count = to - from;
        var function =
                code.spread(new FloatSpreadWriter.Shape(matrix.dtype(), rows, count % lanes, scales.isPresent()));
        long results = out + (long) Float.BYTES * from;
        for (int row = 0; row < rows; row++) {
            RawMemory.clear(results + row * outStride, (long) Float.BYTES * count);
        }
        for (int at = 0; at < inputs(); ) {
            int same = together(at, inputs() - at);
            if (scales.isPresent()) {
                BlockFactors.spread(scales.get(), at, from, count, scratch);
            }
            long weights =
                    address + at * runBytes + (long) from * matrix.dtype().bytes();
            long given = x + (long) Float.BYTES * at;
            function.call(weights, runBytes, given, xStride, results, outStride, same, count / lanes, scratch, 0);
            at += same;
        }
        float factor = FloatReader.factor(matrix.dtype());
        for (int row = 0; row < rows && factor != 1; row++) {
            for (int i = 0; i < count; i++) {
                long sum = results + row * outStride + (long) Float.BYTES * i;
                RawMemory.setFloat(sum, RawMemory.getFloat(sum) * factor);
            }
        }
    }

    /** With streams that many outputs apart. */
    private void call(
            @Nullable NativeFunction function,
            long weights,
            int apart,
            long x,
            long xStride,
            long out,
            long outStride,
            int turns,
            long factors) {
        if (function == null) {
            throw new IllegalStateException("the code for a product was never prepared");
        }
        function.call(
                weights,
                runBytes,
                apart * runBytes,
                x,
                xStride,
                out,
                outStride,
                turns,
                (long) Float.BYTES * apart,
                factors);
    }

    /** The code for a tile of so many rows and panels of this weight. */
    NativeFunction tile(int rows) {
        return code.tile(new PlaneTileWriter.Shape(rows, FloatReader.factor(matrix.dtype())));
    }

    /** Steps per plane. */
    int depth() {
        return isStoredInRows() ? (inputs() + lanes - 1) / lanes : inputs();
    }

    int planes() {
        return isStoredInRows() ? lanes : 1;
    }

    private int panelOutputs() {
        return PlaneTileWriter.outputs(code.tier());
    }

    long panelBytes() {
        return (long) depth() * planes() * panelOutputs() * Float.BYTES;
    }

    /** Bytes of scratch for {@link #panels}. */
    long panelScratchBytes() {
        return factorBytes()
                + (isStoredInRows() && scales.isPresent() ? lanes * wholeVectors(inputs()) * Float.BYTES : 0);
    }

    /** Converts the outputs {@code from} to {@code to} to panels, for {@link PlaneTileWriter}. */
    void panels(int from, int to, long panels, long scratch) {
        if (isStoredInRows()) {
            for (int at = from; at < to; at += lanes) {
                int vector = (at - from) / lanes;
                long panel = panels + vector / PlaneTileWriter.VECTORS * panelBytes();
                long column = panel + (long) vector % PlaneTileWriter.VECTORS * vectorBytes;
                turn(at, Math.min(lanes, to - at), column, scratch);
            }
        } else {
            for (int at = 0; at < inputs(); at += NEAR) {
                int end = Math.min(inputs(), at + NEAR);
                for (int output = from; output < to; output += panelOutputs()) {
                    long panel = panels + (output - from) / panelOutputs() * panelBytes();
                    widen(output, Math.min(to, output + panelOutputs()), at, end, panel, scratch);
                }
            }
        }
    }

    /** {@code count} outputs whose inputs are contiguous. */
    private void turn(int output, int count, long to, long scratch) {
        int stepBytes = PlaneTileWriter.VECTORS * vectorBytes;
        long planeBytes = (long) depth() * stepBytes;
        int tail = inputs() % lanes;
        if (scales.isEmpty()) {
            code.planes(new PlaneWriter.Shape(matrix.dtype(), count, tail, stepBytes, true))
                    .call(address + output * runBytes, runBytes, to, planeBytes, inputs() / lanes);
            return;
        }
        var widening = code.widen(new WidenWriter.Shape(matrix.dtype(), inputs(), true));
        long rowBytes = wholeVectors(inputs()) * Float.BYTES;
        long rows = scratch + factorBytes();
        for (int done = 0; done < count; ) {
            int same = together(output + done, count - done);
            BlockFactors.spread(scales.get(), output + done, 0, inputs(), scratch);
            long from = address + (output + done) * runBytes;
            widening.call(rows + done * rowBytes, rowBytes, from, runBytes, same, scratch);
            done += same;
        }
        code.planes(new PlaneWriter.Shape(DType.F32, count, 0, stepBytes, true))
                .call(rows, rowBytes, to, planeBytes, depth());
    }

    /** Contiguous outputs of one panel, and some inputs. */
    private void widen(int from, int to, int input, int end, long panel, long scratch) {
        var widening = code.widen(new WidenWriter.Shape(matrix.dtype(), to - from, scales.isPresent()));
        long stepBytes = (long) PlaneTileWriter.VECTORS * vectorBytes;
        for (int at = input; at < end; ) {
            int same = together(at, end - at);
            if (scales.isPresent()) {
                BlockFactors.spread(scales.get(), at, from, to - from, scratch);
            }
            long weights =
                    address + at * runBytes + (long) from * matrix.dtype().bytes();
            widening.call(panel + at * stepBytes, stepBytes, weights, runBytes, same, scratch);
            at += same;
        }
    }
}
