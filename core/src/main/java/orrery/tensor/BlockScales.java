package orrery.tensor;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One scale factor per block of a stored matrix, as in DeepSeek V3's FP8 files (arXiv:2412.19437, section 3.3), or for
 * a whole matrix, as in NVFP4 files: an element is the stored value times its block's factor. The last blocks of a row
 * or column may be partial.
 *
 * @param factors F32 {@code [ceil(rows / blockRows), ceil(columns / blockColumns)]} of the whole stored tensor
 * @param blockRows rows of a block
 * @param blockColumns columns of a block
 * @param firstRow the matrix's first row within the stored tensor
 * @param firstColumn likewise
 */
public record BlockScales(Tensor factors, int blockRows, int blockColumns, int firstRow, int firstColumn) {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public BlockScales {
        if (blockRows < 1 || blockColumns < 1 || factors.dtype() != DType.F32) {
            throw new IllegalArgumentException(
                    "scales in " + factors.dtype() + " for blocks of " + blockRows + " by " + blockColumns);
        }
    }

    /** The factor of the element at a row and column of the stored matrix. */
    public float at(int row, int column) {
        long block = (long) ((row + firstRow) / blockRows) * factors.columns() + (column + firstColumn) / blockColumns;
        return factors.data().get(FLOAT, block * Float.BYTES);
    }

    /** The same scales for a part of the matrix that starts at that row and column. */
    BlockScales from(int rows, int columns) {
        return new BlockScales(factors, blockRows, blockColumns, firstRow + rows, firstColumn + columns);
    }
}
