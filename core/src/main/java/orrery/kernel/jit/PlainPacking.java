package orrery.kernel.jit;

import java.util.Arrays;
import orrery.quant.BlockFormat;
import orrery.quant.SixBits;
import orrery.tensor.DType;

/**
 * Packs the blocks of a file into a panel like {@link PackingWriter}'s code, number by number in Java, for processors
 * that this code does not support yet. {@code orrery.quant} defines the blocks.
 */
final class PlainPacking implements PackingCode {
    private static final int INFINITE = 0x7C00;
    private static final int FAULT = 0x8000;

    private final DType dtype;
    private final PanelLayout layout;
    private final PanelFormat format;
    private final BlockFormat definition;

    PlainPacking(DType dtype, PanelLayout layout) {
        this.dtype = dtype;
        this.layout = layout;
        format = layout.format();
        definition = BlockFormat.of(dtype);
    }

    @Override
    public void call(long rows, long rowBytes, long panel, long blocks, long faults) {
        int units = dtype.blockElements() / PanelFormat.UNIT;
        byte[] lines = new byte[format.codes().lines() * layout.lineBytes()];
        for (long block = 0; block < blocks; block++) {
            long from = rows + block * dtype.blockBytes();
            long to = panel + block * layout.blockBytes();
            for (int output = 0; output < layout.lanes(); output++) {
                factors(from + output * rowBytes, output, to, faults + (long) Integer.BYTES * output);
            }
            for (int unit = 0; unit < units; unit++) {
                Arrays.fill(lines, (byte) 0);
                for (int output = 0; output < layout.lanes(); output++) {
                    codes(from + output * rowBytes, PanelFormat.UNIT * unit, output, lines);
                }
                long at = to + layout.headBytes() + (long) unit * layout.unitBytes() + layout.codes();
                for (int i = 0; i < lines.length; i++) {
                    RawMemory.setByte(at + i, lines[i]);
                }
            }
        }
    }

    /** 32 numbers of an output, from {@code first} of its block on. */
    private void codes(long block, int first, int output, byte[] lines) {
        for (int i = 0; i < PanelFormat.UNIT; i++) {
            int number = number(block, first + i);
            int vector = layout.vector(output, i);
            int place = layout.place(output, i);
            int line = layout.lineBytes();
            switch (format.codes()) {
                case BYTES ->
                    lines[vector * line + place] = (byte) (layout.signed() ? number - format.centre() : number);
                case NIBBLES, CHOICES -> lower(lines, vector, place, number);
                case NIBBLES_AND_BITS -> {
                    lower(lines, vector, place, number);
                    lines[Codes.NIBBLE_LINES * line + place] |= (byte) (number >> 4 << vector);
                }
                case NIBBLES_AND_PAIRS -> {
                    lower(lines, vector, place, number);
                    int pairs = Codes.NIBBLE_LINES + vector / 4;
                    lines[pairs * line + place] |= (byte) (number >> 4 << (2 * (vector % 4)));
                }
            }
        }
    }

    private void lower(byte[] lines, int vector, int place, int number) {
        int line = vector % Codes.NIBBLE_LINES;
        int left = vector < Codes.NIBBLE_LINES ? 0 : 4;
        lines[line * layout.lineBytes() + place] |= (byte) ((number & 0xF) << left);
    }

    /** One number of a block, without an offset if the panel's have none. */
    private int number(long block, int i) {
        byte code = (byte) (definition.codes(RawMemory.ALL, block, i / 8) >> (8 * (i % 8)));
        return format.codes() == Codes.CHOICES ? choice(code) : code + format.centre();
    }

    /** The index of a code among the sixteen values. */
    private int choice(byte code) {
        for (int i = 0; i < PanelFormat.CHOICES; i++) {
            if (format.values()[i] == code) {
                return i;
            }
        }
        throw new IllegalArgumentException(dtype + " has no code " + code);
    }

    /** Scales and minima of an output. */
    private void factors(long block, int output, long to, long fault) {
        int units = dtype.blockElements() / PanelFormat.UNIT;
        switch (format.scales()) {
            case HALVES -> half(block, to + layout.scales(0) + 2L * output, fault);
            case EXPONENTS ->
                // Values are doubled. Numbers below 2^-123 become zero.
                RawMemory.setByte(to + layout.scales(0) + output, Math.max(1, RawMemory.getByte(block) & 0xFF) - 1);
            case UNSIGNED_BYTES -> {
                half(block, to + 2L * output, fault);
                for (int unit = 0; unit < units; unit++) {
                    int scale = SixBits.scale(RawMemory.ALL, block + 4, unit);
                    RawMemory.setByte(unit(to, unit) + layout.scales(0) + output, scale);
                }
            }
            case SIGNED_BYTES -> {
                half(block + 208, to + 2L * output, fault);
                for (int i = 0; i < 2 * units; i++) {
                    int scale = RawMemory.getByte(block + 192 + i);
                    RawMemory.setByte(unit(to, i / 2) + layout.scales(i % 2) + output, scale);
                }
            }
            case STEPS, STEPS_OF_HALVES, FLOATS_OF_HALVES ->
                throw new IllegalArgumentException(dtype + " is packed by its definition");
        }
        switch (format.minima()) {
            case NONE -> {}
            case HALVES -> half(block + 2, to + layout.minima() + 2L * output, fault);
            case UNSIGNED_BYTES -> {
                half(block + 2, to + layout.minimaHead() + 2L * output, fault);
                for (int unit = 0; unit < units; unit++) {
                    int minimum = SixBits.minimum(RawMemory.ALL, block + 4, unit);
                    RawMemory.setByte(unit(to, unit) + layout.minima() + output, minimum);
                }
            }
            case STEPS_OF_HALVES -> throw new IllegalArgumentException(dtype + " is packed by its definition");
        }
    }

    private long unit(long block, int unit) {
        return block + layout.headBytes() + (long) unit * layout.unitBytes();
    }

    /** An F16; marks one that is not finite. */
    private static void half(long from, long to, long fault) {
        short bits = RawMemory.getShort(from);
        if ((bits & INFINITE) == INFINITE) {
            RawMemory.setInt(fault, FAULT);
        }
        RawMemory.setShort(to, bits);
    }
}
