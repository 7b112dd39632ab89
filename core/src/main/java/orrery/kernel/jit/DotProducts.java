package orrery.kernel.jit;

/**
 * Emits the instructions that multiply codes with activations and add them as integers, exactly, in any order: the only
 * place where tiers differ. In every variant, the sums of a group of inputs, corrected for the codes' offset, end up in
 * {@link ProductRegisters#dots}.
 */
abstract sealed class DotProducts {
    private static final int NIBBLE_BITS = 4;

    final Assembler code;
    final PanelLayout layout;
    final ProductRegisters registers;
    final int rows;
    final int panels;

    private DotProducts(Assembler code, PanelLayout layout, ProductRegisters registers) {
        this.code = code;
        this.layout = layout;
        this.registers = registers;
        rows = registers.dots.length;
        panels = registers.weights.length;
    }

    /**
     * Whether upper nibbles are multiplied in place, sixteen times as large: not in 16-bit words, which would overflow,
     * and not for so many rows that shifting every sum costs more than shifting codes.
     */
    static boolean inPlace(Tier tier, PanelLayout layout, int rows) {
        return tier != Tier.AVX2 && layout.format().codes() == Codes.NIBBLES && rows < Codes.NIBBLE_LINES;
    }

    /**
     * The variant of a tier for these codes; allocates registers, and emits the instructions that initialize them.
     *
     * @param inPlace the result of {@link #inPlace}
     */
    static DotProducts of(
            Tier tier,
            Assembler code,
            Constants beside,
            PanelLayout layout,
            ProductRegisters registers,
            boolean inPlace) {
        return switch (tier) {
            case AVX512_VNNI, AVX_VNNI -> new FourAtOnce(code, layout, registers, tier, inPlace);
            case AVX2 -> {
                if (layout.signed()) {
                    yield new Signed(code, beside, layout, registers);
                }
                yield layout.format().codes() == Codes.NIBBLES
                        ? new Nibbles(code, beside, layout, registers)
                        : new TwoQuads(code, beside, layout, registers);
            }
        };
    }

    /** Called before the first quad of a group. */
    abstract void begin(int group);

    /** The register for a quad's codes of a panel. */
    Vector target(int panel, int quad) {
        return registers.weights[panel];
    }

    /** Called once a quad's codes of all panels are loaded. */
    abstract void multiply(int quad);

    /** Whether a group has quads of upper nibbles. */
    final boolean hasUpper(int group) {
        int quads = Codes.QUADS / layout.format().scales().groups();
        return (group + 1) * quads > Codes.NIBBLE_LINES;
    }

    /**
     * Called between the quads of upper nibbles that were multiplied in place, which come first, and the lower ones.
     */
    final void lower() {
        for (var sums : registers.dots) {
            for (var sum : sums) {
                code.vpsrad(sum, sum, NIBBLE_BITS);
            }
        }
    }

    /** Called after the last quad of a group. */
    void end(int group) {}

    /** Loads the initial value of a row's sums into a register, shifted further by {@code bits}. */
    final void centre(int row, int group, int bits, Vector to) {
        int slot = layout.format().scales().groups() == 1
                ? RoundedRow.NEGATIVE_SUM
                : RoundedRow.NEGATIVE_SUMS_OF_HALVES + Integer.BYTES * group;
        code.vpbroadcastd(to, PanelCursor.line(row, slot));
        code.vpslld(to, to, layout.centreBits() + bits);
    }

    /** Initializes 32-bit sums with the correction of the codes' offset. */
    final void centred(int group, int bits) {
        for (var sums : registers.dots) {
            if (layout.centreBits() == 0) {
                for (var sum : sums) {
                    code.vpxor(sum, sum, sum);
                }
            }
        }
        for (int row = 0; row < rows && layout.centreBits() > 0; row++) {
            var sums = registers.dots[row];
            centre(row, group, bits, sums[0]);
            for (int panel = 1; panel < panels; panel++) {
                code.vmovdqa(sums[panel], sums[0]);
            }
        }
    }

    /** VNNI: one instruction multiplies four bytes with four and adds all of it. */
    private static final class FourAtOnce extends DotProducts {
        private final boolean fromMemory;
        private final boolean inPlace;

        FourAtOnce(Assembler code, PanelLayout layout, ProductRegisters registers, Tier tier, boolean inPlace) {
            super(code, layout, registers);
            this.inPlace = inPlace;
            // Broadcasting in the product saves an instruction; for many panels, activations are broadcast once.
            fromMemory = tier.encoding() == VectorEncoding.EVEX && (panels == 1 || (rows == 1 && panels == 2));
        }

        @Override
        void begin(int group) {
            centred(group, inPlace && hasUpper(group) ? NIBBLE_BITS : 0);
        }

        @Override
        void multiply(int quad) {
            for (int row = 0; row < rows; row++) {
                var activations = PanelCursor.quad(row, quad);
                if (!fromMemory) {
                    code.vpbroadcastd(registers.x, activations);
                }
                for (int panel = 0; panel < panels; panel++) {
                    code.vpdpbusd(
                            registers.dots[row][panel],
                            registers.weights[panel],
                            fromMemory ? activations.each() : registers.x);
                }
            }
        }
    }

    /** The common part of variants with 16-bit products: two products per word, which must not overflow. */
    private abstract static sealed class Words extends DotProducts {
        final Vector ones;
        final Vector product;

        Words(Assembler code, Constants beside, PanelLayout layout, ProductRegisters registers) {
            super(code, layout, registers);
            ones = registers.take();
            product = registers.take();
            code.vpbroadcastd(ones, beside.of(0x00010001));
        }

        /** Adds pairs of words to 32-bit sums. */
        final void add(Vector words, Vector sum) {
            code.vpmaddwd(words, words, ones);
            code.vpaddd(sum, sum, words);
        }
    }

    /** Four bits: sixteen products of 15 and 127 are at most 30,480, so a word can hold all 32 inputs. */
    private static final class Nibbles extends Words {
        Nibbles(Assembler code, Constants beside, PanelLayout layout, ProductRegisters registers) {
            super(code, beside, layout, registers);
        }

        @Override
        void begin(int group) {}

        @Override
        void multiply(int quad) {
            for (int row = 0; row < rows; row++) {
                code.vpbroadcastd(registers.x, PanelCursor.quad(row, quad));
                for (int panel = 0; panel < panels; panel++) {
                    var sum = registers.dots[row][panel];
                    if (quad % (Codes.QUADS / layout.format().scales().groups()) == 0) {
                        code.vpmaddubsw(sum, registers.weights[panel], registers.x);
                    } else {
                        code.vpmaddubsw(product, registers.weights[panel], registers.x);
                        code.vpaddw(sum, sum, product);
                    }
                }
            }
        }

        @Override
        void end(int group) {
            for (int row = 0; row < rows; row++) {
                for (var sum : registers.dots[row]) {
                    code.vpmaddwd(sum, sum, ones);
                }
                if (layout.centreBits() > 0) {
                    centre(row, group, 0, registers.x);
                    for (var sum : registers.dots[row]) {
                        code.vpaddd(sum, sum, registers.x);
                    }
                }
            }
        }
    }

    /** Up to six bits: four products of 63 and 127 are at most 32,004, so a word can hold two quads. */
    private static final class TwoQuads extends Words {
        private final Vector[] first;
        private final Vector other;

        TwoQuads(Assembler code, Constants beside, PanelLayout layout, ProductRegisters registers) {
            super(code, beside, layout, registers);
            first = registers.take(panels);
            other = registers.take();
        }

        @Override
        void begin(int group) {
            centred(group, 0);
        }

        @Override
        Vector target(int panel, int quad) {
            return quad % 2 == 0 ? first[panel] : registers.weights[panel];
        }

        @Override
        void multiply(int quad) {
            for (int row = 0; row < rows && quad % 2 == 1; row++) {
                for (int panel = 0; panel < panels; panel++) {
                    code.vpbroadcastd(registers.x, PanelCursor.quad(row, quad - 1));
                    code.vpmaddubsw(product, first[panel], registers.x);
                    code.vpbroadcastd(registers.x, PanelCursor.quad(row, quad));
                    code.vpmaddubsw(other, registers.weights[panel], registers.x);
                    code.vpaddw(product, product, other);
                    add(product, registers.dots[row][panel]);
                }
            }
        }
    }

    /** Signed eight bits: the sign moves to the activations, and two products of 128 and 127 are at most 32,512. */
    private static final class Signed extends Words {
        private final Vector size;

        Signed(Assembler code, Constants beside, PanelLayout layout, ProductRegisters registers) {
            super(code, beside, layout, registers);
            size = registers.take();
        }

        @Override
        void begin(int group) {
            centred(group, 0);
        }

        @Override
        void multiply(int quad) {
            for (int panel = 0; panel < panels; panel++) {
                var weights = registers.weights[panel];
                code.vpabsb(size, weights);
                for (int row = 0; row < rows; row++) {
                    code.vpbroadcastd(registers.x, PanelCursor.quad(row, quad));
                    code.vpsignb(product, registers.x, weights);
                    code.vpmaddubsw(product, size, product);
                    add(product, registers.dots[row][panel]);
                }
            }
        }
    }
}
