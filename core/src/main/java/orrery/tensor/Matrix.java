package orrery.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A weight matrix {@code [rows, columns]} = {@code [out, in]} as it is stored in its file: whole, a slice of a fused
 * tensor, or transposed. Nothing is copied to change its form.
 *
 * @param dtype how one element is stored
 * @param rows outputs
 * @param columns inputs
 * @param layout which of the two is contiguous
 * @param stride elements from the start of one contiguous run to the next, at least its length
 * @param data from the first element to at least the last one; not necessarily aligned to the element
 * @param scales the scale factors of the stored elements, by block, if there are any
 */
public record Matrix(
        DType dtype,
        int rows,
        int columns,
        Layout layout,
        long stride,
        MemorySegment data,
        Optional<BlockScales> scales) {

    /** An empty matrix. */
    public static final Matrix EMPTY = new Matrix(DType.F32, 0, 0, Layout.OUT_IN, 0, MemorySegment.NULL);

    /** A matrix without scales. */
    public Matrix(DType dtype, int rows, int columns, Layout layout, long stride, MemorySegment data) {
        this(dtype, rows, columns, layout, stride, data, Optional.empty());
    }

    /** Which index runs through contiguous memory. */
    public enum Layout {
        /** Element {@code (out, in)} is at {@code out * stride + in}: PyTorch's linear layers. */
        OUT_IN,
        /** Element {@code (out, in)} is at {@code in * stride + out}: GPT-2's Conv1D, Llama 4's experts. */
        IN_OUT
    }

    public Matrix {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("a matrix of " + rows + " by " + columns);
        }
        int runs = layout == Layout.IN_OUT ? columns : rows;
        int length = layout == Layout.IN_OUT ? rows : columns;
        if (stride < length) {
            throw new IllegalArgumentException("runs of " + length + " elements overlap at a stride of " + stride);
        }
        long last = runs == 0 || length == 0 ? 0 : Math.addExact(Math.multiplyExact(stride, runs - 1L), length);
        if (last % dtype.blockElements() != 0 || stride % dtype.blockElements() != 0) {
            throw new IllegalArgumentException("runs of " + length + " elements at a stride of " + stride
                    + " are not a whole number of " + dtype + " blocks of " + dtype.blockElements());
        }
        if (data.byteSize() < dtype.bytes(last)) {
            throw new IllegalArgumentException(dtype + " [" + rows + ", " + columns + "] at a stride of " + stride
                    + " takes " + dtype.bytes(last) + " bytes, but " + data.byteSize() + " were given");
        }
    }

    /** A tensor {@code [out, in]}, or {@code [n]} as one row. */
    public static Matrix of(Tensor tensor) {
        return new Matrix(
                tensor.dtype(),
                Math.toIntExact(tensor.rows()),
                Math.toIntExact(tensor.columns()),
                Layout.OUT_IN,
                tensor.columns(),
                tensor.data());
    }

    /** A tensor stored as {@code [in, out]}, viewed as {@code [out, in]}. */
    public static Matrix ofTransposed(Tensor tensor) {
        return new Matrix(
                tensor.dtype(),
                Math.toIntExact(tensor.columns()),
                Math.toIntExact(tensor.rows()),
                Layout.IN_OUT,
                tensor.columns(),
                tensor.data());
    }

    /** Outputs {@code first} to {@code first + count}, in the same memory. */
    public Matrix outputs(int first, int count) {
        java.util.Objects.checkFromIndexSize(first, count, rows);
        long skipped = layout == Layout.OUT_IN ? first * stride : first;
        var moved = scales.map(blocks -> layout == Layout.OUT_IN ? blocks.from(first, 0) : blocks.from(0, first));
        return new Matrix(dtype, count, columns, layout, stride, data.asSlice(dtype.bytes(skipped)), moved);
    }

    /** Inputs {@code first} to {@code first + count}, in the same memory. */
    public Matrix inputs(int first, int count) {
        return transposed().outputs(first, count).transposed();
    }

    /** The transposed matrix, in the same memory. */
    public Matrix transposed() {
        var other = layout == Layout.OUT_IN ? Layout.IN_OUT : Layout.OUT_IN;
        return new Matrix(dtype, columns, rows, other, stride, data, scales);
    }

    public Matrix withScales(BlockScales blocks) {
        return new Matrix(dtype, rows, columns, layout, stride, data, Optional.of(blocks));
    }

    /** The scale factor of the stored element {@code (out, in)}. */
    public float scale(int out, int in) {
        if (scales.isEmpty()) {
            return 1;
        }
        return layout == Layout.OUT_IN ? scales.get().at(out, in) : scales.get().at(in, out);
    }

    /** The index of element {@code (out, in)}, in elements from the start of the data. */
    public long index(int out, int in) {
        return layout == Layout.OUT_IN ? out * stride + in : in * stride + out;
    }

    /** Bytes of the elements themselves. */
    public long bytes() {
        return dtype.bytes((long) rows * columns);
    }
}
