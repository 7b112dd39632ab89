package orrery.kernel.jit;

import java.util.Arrays;
import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmVector;

/**
 * Emits the instructions that multiply codes with activations and add them as integers, exactly, in any order: this is
 * where Arm's tiers differ. In every variant, the sums of a group of inputs, corrected for the codes' offset, end up in
 * {@link #sums}, as floats.
 */
abstract sealed class ArmDotProducts {
    /** The sum of each row and panel, once a group has ended. */
    final ArmVector[][] sums;
    /** Activations; unused between groups, and at least two registers if there are pairs of rows. */
    final ArmVector[] x;

    final ArmAssembler code;
    final PanelLayout layout;
    final ArmVector spare;
    final int rows;

    private ArmDotProducts(
            ArmAssembler code,
            PanelLayout layout,
            ArmRegisters registers,
            ProductWriter.Shape shape,
            int height,
            ArmVector spare) {
        this.code = code;
        this.layout = layout;
        this.spare = spare;
        rows = shape.rows();
        sums = new ArmVector[height][];
        Arrays.setAll(sums, _ -> registers.take(shape.panels()));
        x = registers.take(height);
    }

    /** The variant of a tier; allocates registers. */
    static ArmDotProducts of(
            ArmTier tier,
            ArmAssembler code,
            PanelLayout layout,
            ArmRegisters registers,
            ProductWriter.Shape shape,
            ArmVector spare) {
        return switch (tier) {
            case NEON_I8MM -> new Matrices(code, layout, registers, shape, spare);
            case NEON_DOTPROD -> new FourAtOnce(code, layout, registers, shape, spare);
        };
    }

    /** Called before the first vector of a group. */
    abstract void begin(int group);

    /** Called before the first vector of sixteen inputs. */
    abstract void activations(int half);

    /** Multiplies the codes of a vector of a panel. */
    abstract void multiply(int panel, int vector, ArmVector weights);

    /** Called after the last vector of a group. */
    abstract void end(int group);

    /** Loads the correction of a row's sums into a register. */
    final void centre(int row, int group, ArmVector to) {
        int slot = layout.format().scales().groups() == 1
                ? RoundedRow.NEGATIVE_SUM
                : RoundedRow.NEGATIVE_SUMS_OF_HALVES + Integer.BYTES * group;
        ArmCursor.sums(code, to, row);
        code.dup(to.s4(), ArmCursor.sum(to, slot));
        code.shl(to.s4(), to.s4(), layout.centreBits());
    }

    final void zero(ArmVector[] registers) {
        for (var register : registers) {
            code.movi(register.b16(), 0);
        }
    }

    /** {@code sdot}: four inputs of four outputs with four activations of a row. */
    private static final class FourAtOnce extends ArmDotProducts {
        FourAtOnce(
                ArmAssembler code,
                PanelLayout layout,
                ArmRegisters registers,
                ProductWriter.Shape shape,
                ArmVector spare) {
            super(code, layout, registers, shape, shape.rows(), spare);
        }

        @Override
        void begin(int group) {
            for (int row = 0; row < rows; row++) {
                if (layout.centreBits() == 0) {
                    zero(sums[row]);
                } else {
                    var first = sums[row][0];
                    centre(row, group, first);
                    for (int panel = 1; panel < sums[row].length; panel++) {
                        code.mov(sums[row][panel].b16(), first.b16());
                    }
                }
            }
        }

        @Override
        void activations(int half) {
            for (int row = 0; row < rows; row++) {
                ArmCursor.codes(code, x[row], row, half);
            }
        }

        @Override
        void multiply(int panel, int vector, ArmVector weights) {
            for (int row = 0; row < rows; row++) {
                code.sdot(sums[row][panel].s4(), weights.b16(), x[row].b4(vector % 4));
            }
        }

        @Override
        void end(int group) {
            for (var row : sums) {
                for (var sum : row) {
                    code.scvtf(sum.s4(), sum.s4());
                }
            }
        }
    }

    /**
     * {@code smmla}: eight inputs of two outputs with eight activations of two rows. Until a group ends, two registers
     * of {@link #sums} hold the first and the last two outputs of both rows. An unpaired last row is multiplied twice.
     */
    private static final class Matrices extends ArmDotProducts {
        Matrices(
                ArmAssembler code,
                PanelLayout layout,
                ArmRegisters registers,
                ProductWriter.Shape shape,
                ArmVector spare) {
            super(code, layout, registers, shape, (shape.rows() + 1) / 2 * 2, spare);
        }

        @Override
        void begin(int group) {
            for (var row : sums) {
                zero(row);
            }
        }

        @Override
        void activations(int half) {
            for (int row = 0; row < rows; row += 2) {
                boolean alone = row + 1 == rows;
                var other = alone ? spare : x[row + 1];
                ArmCursor.codes(code, spare, row, half);
                if (!alone) {
                    ArmCursor.codes(code, other, row + 1, half);
                }
                code.zip1(x[row].d2(), spare.d2(), other.d2());
                code.zip2(x[row + 1].d2(), spare.d2(), other.d2());
            }
        }

        @Override
        void multiply(int panel, int vector, ArmVector weights) {
            for (int row = 0; row < rows; row += 2) {
                var activations = x[row + vector / 2 % 2];
                code.smmla(sums[row + vector % 2][panel].s4(), activations.b16(), weights.b16());
            }
        }

        @Override
        void end(int group) {
            for (int row = 0; row < rows; row += 2) {
                boolean two = row + 1 < rows;
                if (layout.centreBits() > 0) {
                    centre(row, group, x[0]);
                    if (two) {
                        centre(row + 1, group, x[1]);
                    }
                }
                for (int panel = 0; panel < sums[row].length; panel++) {
                    var first = sums[row][panel];
                    var second = sums[row + 1][panel];
                    code.zip1(spare.d2(), first.d2(), second.d2());
                    if (two) {
                        code.zip2(second.d2(), first.d2(), second.d2());
                        toFloat(second, second, x[1]);
                    }
                    toFloat(first, spare, x[0]);
                }
            }
        }

        private void toFloat(ArmVector to, ArmVector from, ArmVector centre) {
            if (layout.centreBits() > 0) {
                code.add(from.s4(), from.s4(), centre.s4());
            }
            code.scvtf(to.s4(), from.s4());
        }
    }
}
