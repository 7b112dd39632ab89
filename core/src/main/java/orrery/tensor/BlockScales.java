package orrery.tensor;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One factor for each block of a stored matrix, as DeepSeek V3's FP8 files have them (arXiv:2412.19437, section 3.3),
 * or for a whole one, as files in NVFP4 do: the element is the stored value times the factor of its block. The last
 * blocks of a row or column may be partial.
 *
 * @param factors F32 {@code [ceil(rows / blockRows), ceil(columns / blockColumns)]} of the whole stored tensor
 * @param blockRows rows of a block
 * @param blockColumns columns of a block
 * @param firstRow where the matrix begins within the stored tensor
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

    /** The factor of the element at a row and column of the matrix as it is stored. */
    public float at(int row, int column) {
        long block = (long) ((row + firstRow) / blockRows) * factors.columns() + (column + firstColumn) / blockColumns;
        return factors.data().get(FLOAT, block * Float.BYTES);
    }

    /** The same scales for a part of the matrix that begins further on. */
    BlockScales from(int rows, int columns) {
        return new BlockScales(factors, blockRows, blockColumns, firstRow + rows, firstColumn + columns);
    }
}
