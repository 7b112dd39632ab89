package orrery.kernel.jit;

/**
 * Emits the instructions that load a quad's codes of a panel into a register, one per byte. Upper nibbles are shifted
 * down, or left in place, sixteen times as large, which takes fewer instructions.
 */
final class CodeReader {
    /** A or (B and C), for a ternary operation. */
    private static final int OR_AND = 0xF8;

    private static final int LOW_NIBBLES = 0x0F0F0F0F;
    private static final int HIGH_NIBBLES = 0xF0F0F0F0;
    private static final int FIFTH_BITS = 0x10101010;
    private static final int UPPER_BITS = 0x30303030;
    private static final int UPPER_LINES = Codes.NIBBLE_LINES;

    private final Assembler code;
    private final PanelLayout layout;
    private final boolean wide;
    private final boolean inPlace;
    private final Vector[] constants;
    /** Unused while weights are read. */
    private final Vector spare;

    /** Allocates registers for constants, and emits the instructions that load them. */
    CodeReader(
            Assembler code,
            Constants beside,
            PanelLayout layout,
            Tier tier,
            ProductRegisters registers,
            boolean inPlace) {
        this.inPlace = inPlace;
        this.code = code;
        this.layout = layout;
        wide = tier.encoding() == VectorEncoding.EVEX;
        spare = registers.x;
        constants = switch (layout.format().codes()) {
            case BYTES -> new Vector[0];
            case NIBBLES ->
                inPlace
                        ? new Vector[] {
                            filled(registers, beside.of(LOW_NIBBLES)), filled(registers, beside.of(HIGH_NIBBLES))
                        }
                        : new Vector[] {filled(registers, beside.of(LOW_NIBBLES))};
            case NIBBLES_AND_BITS ->
                new Vector[] {filled(registers, beside.of(LOW_NIBBLES)), filled(registers, beside.of(FIFTH_BITS))};
            case NIBBLES_AND_PAIRS ->
                new Vector[] {filled(registers, beside.of(LOW_NIBBLES)), filled(registers, beside.of(UPPER_BITS))};
            case CHOICES ->
                new Vector[] {filled(registers, beside.of(LOW_NIBBLES)), table(registers, beside.of(values()))};
        };
    }

    private Vector filled(ProductRegisters registers, Address value) {
        var constant = registers.take();
        code.vpbroadcastd(constant, value);
        return constant;
    }

    private Vector table(ProductRegisters registers, Address values) {
        var table = registers.take();
        code.vbroadcasti128(table, values);
        return table;
    }

    /** The sixteen values, as bytes in this layout. */
    private byte[] values() {
        byte[] values = layout.format().values().clone();
        for (int i = 0; i < values.length && layout.centreBits() > 0; i++) {
            values[i] += (byte) (1 << layout.centreBits());
        }
        return values;
    }

    /** Loads the codes of a quad into {@code to}. */
    void read(int panel, int quad, Vector to) {
        switch (layout.format().codes()) {
            case BYTES -> code.vmovdqu(to, line(panel, quad));
            case NIBBLES -> nibbles(panel, quad, to);
            case NIBBLES_AND_BITS -> {
                nibbles(panel, quad, to);
                upper(line(panel, UPPER_LINES), 4 - quad, to);
            }
            case NIBBLES_AND_PAIRS -> {
                nibbles(panel, quad, to);
                upper(line(panel, UPPER_LINES + quad / 4), 4 - 2 * (quad % 4), to);
            }
            case CHOICES -> {
                nibbles(panel, quad, to);
                code.vpshufb(to, constants[1], to);
            }
        }
    }

    private Address line(int panel, int line) {
        return PanelCursor.unit(panel, layout.line(line));
    }

    private void nibbles(int panel, int quad, Vector to) {
        var line = line(panel, quad % Codes.NIBBLE_LINES);
        if (quad < Codes.NIBBLE_LINES) {
            code.vpand(to, constants[0], line);
        } else if (inPlace) {
            code.vpand(to, constants[1], line);
        } else {
            shift(line, -4, to);
            code.vpand(to, to, constants[0]);
        }
    }

    /** Merges bits of a line, shifted left, with the nibbles in {@code to}. */
    private void upper(Address line, int left, Vector to) {
        if (wide && left == 0) {
            code.vpternlogd(to, constants[1], line, OR_AND);
        } else if (wide) {
            shift(line, left, spare);
            code.vpternlogd(to, spare, constants[1], OR_AND);
        } else {
            shift(line, left, spare);
            code.vpand(spare, spare, constants[1]);
            code.vpor(to, to, spare);
        }
    }

    /** Shifts words: bits from the neighbouring byte are masked out afterwards. */
    private void shift(Address line, int left, Vector to) {
        if (!wide) {
            code.vmovdqu(to, line);
        }
        Operand.VectorOrMemory from = wide ? line : to;
        if (left > 0) {
            code.vpsllw(to, from, left);
        } else if (left < 0) {
            code.vpsrlw(to, from, -left);
        }
    }
}
