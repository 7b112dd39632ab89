package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Emits products of a tile of rows with a panel of outputs, all in floats, at the peak of fused multiply-adds (BLIS,
 * doi.org/10.1145/2764454). Called as {@code (panel, x, out, outStride, depth, planes, sums)}: the panel has
 * {@code planes * depth} steps of {@link #outputs} floats, {@code x} as many steps of one vector, whose first lanes are
 * the rows of the tile.
 *
 * <p>The steps of a plane are summed in order. Planes are added pairwise, like the carries of a binary counter: the
 * first to the second, the third to the fourth, then those two sums. With as many planes as a vector has lanes, in
 * bit-reversed order, these are exactly the sums of {@link FloatDotWriter}. With one plane, all inputs are summed in
 * order.
 */
final class PlaneTileWriter {
    /** Vectors of outputs per panel. */
    static final int VECTORS = 2;

    private static final General PANEL = RDI;
    private static final General X = RSI;
    private static final General OUT = RDX;
    private static final General OUT_STRIDE = RCX;
    private static final General DEPTH = R8;
    private static final General PLANES = R9;
    private static final General SUMS = RBX;
    private static final General PLANE = RAX;
    private static final General LEFT = R10;
    private static final General CARRY = R11;

    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Constants beside;
    private final Vector.Kind kind;
    private final Shape shape;
    private final Vector[][] sums;
    private final Vector[] weights;
    private final Vector x;

    /**
     * Parameters fixed in the code.
     *
     * @param rows of a tile, up to {@link #mostRows}
     * @param factor the final factor of sums
     */
    record Shape(int rows, float factor) {}

    private PlaneTileWriter(Tier tier, Shape shape) {
        this.shape = shape;
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        kind = tier.kind();
        var registers = new RegisterSupply(tier);
        sums = new Vector[shape.rows][];
        Arrays.setAll(sums, _ -> registers.take(VECTORS));
        weights = registers.take(VECTORS);
        x = registers.take();
    }

    /** Outputs per panel. */
    static int outputs(Tier tier) {
        return VECTORS * tier.lanes();
    }

    /** The most rows of a tile whose sums fit into registers. */
    static int mostRows(Tier tier) {
        return (tier.registers() - VECTORS - 1) / VECTORS;
    }

    /** Bytes of {@code sums} for a tile. */
    static long sumBytes(Tier tier) {
        int carries = Integer.numberOfTrailingZeros(tier.lanes()) + 1;
        return (long) carries * mostRows(tier) * VECTORS * tier.kind().bytes();
    }

    static Assembler write(Tier tier, Shape shape) {
        var writer = new PlaneTileWriter(tier, shape);
        writer.write(Frame.of(
                List.of(PANEL, X, OUT, OUT_STRIDE, DEPTH, PLANES, SUMS), Set.of(PLANE, LEFT, CARRY), tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        var plane = new Label();
        code.xor(PLANE, PLANE);
        code.place(plane);
        plane();
        carry();
        code.add(PLANE, 1);
        code.cmp(PLANE, PLANES);
        code.jnz(plane);
        store();
        frame.leave(code);
        beside.place();
    }

    private void plane() {
        for (var row : sums) {
            for (var sum : row) {
                code.vxorps(sum, sum, sum);
            }
        }
        var step = new Label();
        code.mov(LEFT, DEPTH);
        code.align(ALIGNMENT);
        code.place(step);
        for (int i = 0; i < VECTORS; i++) {
            code.vmovups(weights[i], at(PANEL, i * kind.bytes()));
        }
        for (int row = 0; row < sums.length; row++) {
            code.vbroadcastss(x, at(X, row * Float.BYTES));
            for (int i = 0; i < VECTORS; i++) {
                code.vfmadd231ps(sums[row][i], weights[i], x);
            }
        }
        code.add(PANEL, VECTORS * kind.bytes());
        code.add(X, kind.bytes());
        code.sub(LEFT, 1);
        code.jnz(step);
    }

    /** For every trailing 1 bit of the plane's number, adds a carried sum; then carries the result. */
    private void carry() {
        var next = new Label();
        var done = new Label();
        code.mov(CARRY, SUMS);
        code.mov(LEFT, PLANE);
        code.place(next);
        // The lowest bit goes to the carry flag.
        code.shr(LEFT, 1);
        code.jae(done);
        int bytes = forEachSum((sum, offset) -> code.vaddps(sum, sum, at(CARRY, offset)));
        code.add(CARRY, bytes);
        code.jmp(next);
        code.place(done);
        forEachSum((sum, offset) -> code.vmovups(at(CARRY, offset), sum));
    }

    private interface Carried {
        void at(Vector sum, int offset);
    }

    /** Assigns a place to every sum; returns the bytes that all take. */
    private int forEachSum(Carried what) {
        int offset = 0;
        for (var row : sums) {
            for (var sum : row) {
                what.at(sum, offset);
                offset += kind.bytes();
            }
        }
        return offset;
    }

    private void store() {
        if (shape.factor != 1) {
            code.vbroadcastss(x, beside.of(shape.factor));
            for (var row : sums) {
                for (var sum : row) {
                    code.vmulps(sum, sum, x);
                }
            }
        }
        for (int row = 0; row < sums.length; row++) {
            for (int i = 0; i < VECTORS; i++) {
                code.vmovups(at(OUT, i * kind.bytes()), sums[row][i]);
            }
            if (row + 1 < sums.length) {
                code.add(OUT, OUT_STRIDE);
            }
        }
    }
}
