package orrery.kernel.jit;

import orrery.kernel.BackendException;
import orrery.quant.SixBits;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * Brings the blocks of a file into panels, a row at a time: rows are read in the order of the file, and a panel stays in
 * the cache that long. {@code orrery.quant} has the blocks' definitions, {@link PanelLayout} where everything goes.
 */
final class PanelPacker {
    private static final int INFINITE = 0x7C00;
    private static final int NIBBLES = 0x0F0F0F0F;
    private static final int ONE_BIT = 0x01010101;
    private static final int TWO_BITS = 0x03030303;
    private static final int SIGNS = 0x80808080;

    private PanelPacker() {}

    /**
     * Packs one panel.
     *
     * @param source a matrix with blocks along its rows
     * @param weights where its data begins
     * @param to where the panel begins; outputs that the matrix does not have become zeros
     * @throws BackendException if a scale is no finite number
     */
    static void pack(PanelLayout layout, Matrix source, long weights, int panel, long to) {
        var dtype = source.dtype();
        int first = panel * layout.lanes();
        int rows = Math.min(layout.lanes(), source.rows() - first);
        if (rows < layout.lanes()) {
            RawMemory.clear(to, layout.panelBytes(source.columns()));
        }
        long rowBytes = dtype.bytes(source.stride());
        int blocks = source.columns() / dtype.blockElements();
        for (int row = 0; row < rows; row++) {
            long from = weights + (first + row) * rowBytes;
            long block = to;
            for (int b = 0; b < blocks; b++) {
                pack(layout, dtype, from, block, row);
                from += dtype.blockBytes();
                block += layout.blockBytes();
            }
        }
    }

    private static void pack(PanelLayout layout, DType dtype, long from, long to, int lane) {
        long scale = to + 2 * lane;
        long minimum = to + layout.minima() + 2 * lane;
        long codes = to + layout.codes() + 4 * lane;
        int line = layout.lineBytes();
        switch (dtype) {
            case Q8_0 -> {
                half(from, scale);
                int signs = layout.signed() ? 0 : SIGNS;
                for (int q = 0; q < Codes.QUADS; q++) {
                    RawMemory.setInt(codes + q * line, RawMemory.getInt(from + 2 + 4 * q) ^ signs);
                }
            }
            case Q4_0, IQ4_NL -> {
                half(from, scale);
                nibbles(from + 2, codes, line);
            }
            case Q4_1 -> {
                half(from, scale);
                half(from + 2, minimum);
                nibbles(from + 4, codes, line);
            }
            case Q5_0 -> {
                half(from, scale);
                fifths(from + 2, codes, line);
                nibbles(from + 6, codes, line);
            }
            case Q5_1 -> {
                half(from, scale);
                half(from + 2, minimum);
                fifths(from + 4, codes, line);
                nibbles(from + 8, codes, line);
            }
            case MXFP4 -> {
                // The values are twice as large as those of the format, and numbers below 2^-123 become zero.
                RawMemory.setByte(to + lane, Math.max(0, (RawMemory.getByte(from) & 0xFF) - 1));
                nibbles(from + 1, codes, line);
            }
            case Q4_K, Q5_K, Q6_K -> large(layout, dtype, from, to, lane);
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException(dtype + " is not packed");
        }
    }

    /** Blocks of 256. */
    private static void large(PanelLayout layout, DType dtype, long from, long to, int lane) {
        half(dtype == DType.Q6_K ? from + 208 : from, to + 2 * lane);
        if (dtype != DType.Q6_K) {
            half(from + 2, to + layout.minimaHead() + 2 * lane);
        }
        int line = layout.lineBytes();
        for (int group = 0; group < layout.format().unitsOfHead(); group++) {
            long unit = to + layout.headBytes() + (long) group * layout.unitBytes();
            long codes = unit + layout.codes() + 4 * lane;
            if (dtype == DType.Q6_K) {
                RawMemory.setByte(unit + layout.scales(0) + lane, RawMemory.getByte(from + 192 + 2 * group));
                RawMemory.setByte(unit + layout.scales(1) + lane, RawMemory.getByte(from + 193 + 2 * group));
                int half = group / 4;
                int run = group % 4;
                nibbles(from + 64 * half + 32 * (run % 2), run / 2, codes, line);
                pairs(from + 128 + 32 * half, 2 * run, codes, line);
                continue;
            }
            RawMemory.setByte(unit + lane, SixBits.scale(RawMemory.ALL, from + 4, group));
            RawMemory.setByte(unit + layout.minima() + lane, SixBits.minimum(RawMemory.ALL, from + 4, group));
            if (dtype == DType.Q5_K) {
                nibbles(from + 48 + 32 * (group / 2), group % 2, codes, line);
                fifths(from + 16, group, codes, line);
            } else {
                nibbles(from + 16 + 32 * (group / 2), group % 2, codes, line);
            }
        }
    }

    /** An F16. Kernels take no infinities, which no quantisation writes. */
    private static void half(long from, long to) {
        short bits = RawMemory.getShort(from);
        if ((bits & INFINITE) == INFINITE) {
            throw new BackendException("a block of quantised weights has a scale of " + Float.float16ToFloat(bits)
                    + ", expected a finite number");
        }
        RawMemory.setShort(to, bits);
    }

    /** Sixteen bytes, inputs 0 to 15 in their lower and 16 to 31 in their upper halves: as they lie. */
    private static void nibbles(long from, long codes, int line) {
        for (int q = 0; q < Codes.NIBBLE_LINES; q++) {
            RawMemory.setInt(codes + q * line, RawMemory.getInt(from + 4 * q));
        }
    }

    /** The lower (0) or upper (1) halves of 32 bytes. */
    private static void nibbles(long from, int upper, long codes, int line) {
        for (int q = 0; q < Codes.NIBBLE_LINES; q++) {
            int low = RawMemory.getInt(from + 4 * q) >>> (4 * upper) & NIBBLES;
            int high = RawMemory.getInt(from + 16 + 4 * q) >>> (4 * upper) & NIBBLES;
            RawMemory.setInt(codes + q * line, low | high << 4);
        }
    }

    /** 32 fifth bits, input after input. */
    private static void fifths(long from, long codes, int line) {
        int bits = RawMemory.getInt(from);
        int bytes = 0;
        for (int i = 0; i < 4; i++) {
            bytes |= Integer.compress(bits, 0x11111111 << i) << (8 * i);
        }
        RawMemory.setInt(codes + Codes.NIBBLE_LINES * line, bytes);
    }

    /** Fifth bits that lie in one bit of 32 bytes. */
    private static void fifths(long from, int bit, long codes, int line) {
        int bytes = 0;
        for (int q = 0; q < Codes.QUADS; q++) {
            bytes |= (RawMemory.getInt(from + 4 * q) >>> bit & ONE_BIT) << q;
        }
        RawMemory.setInt(codes + Codes.NIBBLE_LINES * line, bytes);
    }

    /** Fifth and sixth bits that lie in two bits of 32 bytes. */
    private static void pairs(long from, int bit, long codes, int line) {
        for (int upper = 0; upper < 2; upper++) {
            int bytes = 0;
            for (int q = 0; q < 4; q++) {
                bytes |= (RawMemory.getInt(from + 16 * upper + 4 * q) >>> bit & TWO_BITS) << (2 * q);
            }
            RawMemory.setInt(codes + (Codes.NIBBLE_LINES + upper) * line, bytes);
        }
    }
}
