package orrery.convert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import orrery.kernel.Elements;
import orrery.quant.BlockFormat;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Reads rows of a matrix as floats, one contiguous run after another. */
final class MatrixRows {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private MatrixRows() {}

    /** Reads rows {@code first} to {@code first + count} into {@code out}, starting at {@code at}. */
    static void read(Matrix matrix, int first, int count, float[] out, int at) {
        int columns = matrix.columns();
        switch (matrix.layout()) {
            case OUT_IN -> {
                for (int i = 0; i < count; i++) {
                    run(matrix.data(), matrix.dtype(), matrix.index(first + i, 0), columns, out, at + i * columns, 1);
                }
            }
            // The contiguous runs are columns: each gives one column of all requested rows.
            case IN_OUT -> {
                for (int column = 0; column < columns; column++) {
                    run(matrix.data(), matrix.dtype(), matrix.index(first, column), count, out, at + column, columns);
                }
            }
        }
        if (matrix.scales().isPresent()) {
            for (int i = 0; i < count; i++) {
                for (int column = 0; column < columns; column++) {
                    out[at + i * columns + column] *= matrix.scale(first + i, column);
                }
            }
        }
    }

    /** Reads contiguous elements from {@code index} on; each is written {@code step} further in {@code out}. */
    private static void run(MemorySegment data, DType dtype, long index, int count, float[] out, int at, int step) {
        if (dtype.blocked()) {
            blocks(data, dtype, index, count, out, at, step);
            return;
        }
        switch (dtype) {
            case F32 -> {
                for (int i = 0; i < count; i++) {
                    out[at + i * step] = data.get(FLOAT, (index + i) * Float.BYTES);
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    out[at + i * step] = Float.float16ToFloat(data.get(SHORT, (index + i) * Short.BYTES));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    out[at + i * step] = Float.intBitsToFloat(data.get(SHORT, (index + i) * Short.BYTES) << 16);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    out[at + i * step] = Elements.of(data, dtype, index + i);
                }
            }
        }
    }

    private static void blocks(MemorySegment data, DType dtype, long index, int count, float[] out, int at, int step) {
        var format = BlockFormat.of(dtype);
        int size = dtype.blockElements();
        boolean whole = step == 1 && index % size == 0 && count % size == 0;
        for (int i = 0; i < count; i += whole ? size : 1) {
            long block = (index + i) / size * dtype.blockBytes();
            if (whole) {
                format.decode(data, block, out, at + i);
            } else {
                out[at + i * step] = format.element(data, block, (int) ((index + i) % size));
            }
        }
    }
}
