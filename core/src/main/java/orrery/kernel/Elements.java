package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import orrery.quant.BlockFormat;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** Reads single elements as float, from any dtype of weights. Nothing here is fast. */
public final class Elements {
    // Files are not aligned: a shard's tensors start wherever the header ends.
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Elements() {}

    /** Whether weights of that dtype can be multiplied. */
    public static boolean readable(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16 || dtype.isFp8() || dtype.blocked();
    }

    /**
     * Element {@code index} of memory with that dtype.
     *
     * @throws IllegalArgumentException if it is not a dtype of weights
     */
    public static float of(MemorySegment data, DType dtype, long index) {
        if (dtype.blocked()) {
            int elements = dtype.blockElements();
            return BlockFormat.of(dtype).element(data, index / elements * dtype.blockBytes(), (int) (index % elements));
        }
        return switch (dtype) {
            case F32 -> data.get(FLOAT, index * Float.BYTES);
            case F16 -> Float.float16ToFloat(data.get(SHORT, index * Short.BYTES));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, index * Short.BYTES) << 16);
            case F8_E4M3 -> eightBits(data.get(ValueLayout.JAVA_BYTE, index));
            case F8_E5M2 -> Float.float16ToFloat((short) (data.get(ValueLayout.JAVA_BYTE, index) << Byte.SIZE));
            default -> throw new IllegalArgumentException("weights in " + dtype + " cannot be multiplied");
        };
    }

    /**
     * The elements of one contiguous run of a matrix: output {@code index} of {@link Matrix.Layout#OUT_IN}, input
     * {@code index} of {@link Matrix.Layout#IN_OUT}. Each quantized block is read once.
     *
     * @param out as many floats as a run has
     */
    public static void run(Matrix matrix, int index, float[] out) {
        var dtype = matrix.dtype();
        long first = index * matrix.stride();
        if (dtype.blocked()) {
            var format = BlockFormat.of(dtype);
            for (int at = 0; at < out.length; at += dtype.blockElements()) {
                format.decode(matrix.data(), dtype.bytes(first + at), out, at);
            }
        } else if (dtype == DType.F32) {
            MemorySegment.copy(matrix.data(), FLOAT, dtype.bytes(first), out, 0, out.length);
        } else {
            read(matrix.data(), dtype, first, out);
        }
        if (matrix.scales().isPresent()) {
            boolean along = matrix.layout() == Matrix.Layout.OUT_IN;
            for (int i = 0; i < out.length; i++) {
                out[i] *= along ? matrix.scale(index, i) : matrix.scale(i, index);
            }
        }
    }

    /** The elements of a vector, a matrix of one row. */
    public static float[] vector(Matrix vector) {
        var elements = new float[vector.columns()];
        if (vector.layout() == Matrix.Layout.OUT_IN && vector.scales().isEmpty()) {
            run(vector, 0, elements);
            return elements;
        }
        for (int i = 0; i < elements.length; i++) {
            elements[i] = of(vector.data(), vector.dtype(), vector.index(0, i));
        }
        return elements;
    }

    /** Reads individually stored elements, from {@code first} on, until {@code out} is full. */
    static void read(MemorySegment data, DType dtype, long first, float[] out) {
        if (dtype == DType.F32) {
            MemorySegment.copy(data, FLOAT, first * Float.BYTES, out, 0, out.length);
            return;
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = of(data, dtype, first + i);
        }
    }

    static float of(Matrix matrix, int out, int in) {
        return of(matrix.data(), matrix.dtype(), matrix.index(out, in)) * matrix.scale(out, in);
    }

    /**
     * E4M3 (arXiv:2209.05433): a sign, four bits of exponent biased by 7, three of fraction; no infinities, and one NaN
     * per sign.
     */
    static float eightBits(byte bits) {
        int exponent = (bits >> 3) & 0xF;
        int fraction = bits & 0x7;
        float size;
        if (exponent == 0xF && fraction == 0x7) {
            size = Float.NaN;
        } else if (exponent == 0) {
            size = fraction * 0x1p-9f;
        } else {
            size = Float.intBitsToFloat(((exponent + 120) << 23) | (fraction << 20));
        }
        return bits < 0 ? -size : size;
    }

    static float of(Tensor tensor, long row, long column) {
        return of(tensor.data(), tensor.dtype(), row * tensor.columns() + column);
    }

    static void set(Tensor tensor, long row, long column, float value) {
        tensor.data().set(FLOAT, (row * tensor.columns() + column) * Float.BYTES, value);
    }
}
