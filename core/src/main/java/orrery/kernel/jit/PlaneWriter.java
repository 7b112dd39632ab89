package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.R14;
import static orrery.kernel.jit.General.R15;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;
import java.util.Set;
import orrery.tensor.DType;

/**
 * Emits code that converts rows to planes of floats for {@link PlaneTileWriter}, so that the same element of as many
 * rows as a vector has lanes is contiguous. Called as {@code (rows, rowBytes, planes, planeBytes, steps)}: step
 * {@code i} writes the elements from {@code i * lanes} on to offset {@code i * stepBytes} of {@code lanes} planes,
 * which are {@code planeBytes} apart. Element {@code l} of them goes to plane {@code l}, or to the plane with the
 * bit-reversed index ({@link Shape#reversed}). Missing rows are 0, and so are elements beyond the last one.
 */
final class PlaneWriter {
    private static final General[] ROWS = {RDI, R8, R9, R10};
    private static final General ROW_BYTES = RSI;
    private static final General THREE_ROWS = RAX;
    private static final General[] PLANES = {RDX, R11, R12, R13};
    private static final General PLANE_BYTES = RCX;
    private static final General THREE_PLANES = R14;
    private static final General STEPS = RBX;
    private static final General TEMPORARY = R15;

    private static final int EACH = 4;
    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Constants beside;
    private final Vector.Kind kind;
    private final int lanes;
    private final Shape shape;
    private final FloatReader reader;
    private final Vector[] given;
    private final Vector[] turned;

    /**
     * Parameters fixed in the code.
     *
     * @param dtype of the rows
     * @param rows the number of rows, up to as many as a vector has lanes
     * @param tail elements of a partial last step, after the whole ones; 0 if there is none
     * @param stepBytes from one step to the next within a plane
     * @param reversed whether planes are in the order in which {@link PlaneTileWriter} adds them
     */
    record Shape(DType dtype, int rows, int tail, int stepBytes, boolean reversed) {}

    private PlaneWriter(Tier tier, Shape shape) {
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        kind = tier.kind();
        lanes = tier.lanes();
        this.shape = shape;
        var registers = new RegisterSupply(tier);
        given = registers.take(lanes);
        turned = registers.take(lanes);
        // Nothing is transposed during a read.
        reader = new FloatReader(code, beside, tier, shape.dtype, turned[0], shape.tail);
    }

    static Assembler write(Tier tier, Shape shape) {
        var writer = new PlaneWriter(tier, shape);
        writer.write(Frame.of(
                List.of(ROWS[0], ROW_BYTES, PLANES[0], PLANE_BYTES, STEPS),
                Set.of(ROWS[1], ROWS[2], ROWS[3], THREE_ROWS, PLANES[1], PLANES[2], PLANES[3], THREE_PLANES, TEMPORARY),
                tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        reader.begin(TEMPORARY);
        begin(ROWS, ROW_BYTES, THREE_ROWS);
        begin(PLANES, PLANE_BYTES, THREE_PLANES);
        var whole = new Label();
        var end = new Label();
        code.test(STEPS, STEPS);
        code.jz(end);
        code.align(ALIGNMENT);
        code.place(whole);
        step(false);
        for (int i = 0; i < lanes / EACH; i++) {
            code.add(ROWS[i], lanes * shape.dtype.bytes());
            code.add(PLANES[i], shape.stepBytes);
        }
        code.sub(STEPS, 1);
        code.jnz(whole);
        code.place(end);
        if (shape.tail > 0) {
            step(true);
        }
        frame.leave(code);
        beside.place();
    }

    /** Addresses of every fourth one. */
    private void begin(General[] bases, General bytes, General three) {
        code.lea(three, at(bytes, bytes, 2, 0));
        for (int i = 1; i < lanes / EACH; i++) {
            code.lea(bases[i], at(bases[i - 1], bytes, 4, 0));
        }
    }

    private static Address one(General[] bases, General bytes, General three, int number) {
        var base = bases[number / EACH];
        return switch (number % EACH) {
            case 0 -> at(base);
            case 3 -> at(base, three, 1, 0);
            default -> at(base, bytes, number % EACH, 0);
        };
    }

    private void step(boolean tail) {
        for (int row = 0; row < lanes; row++) {
            if (row >= shape.rows) {
                code.vxorps(given[row], given[row], given[row]);
            } else if (tail) {
                reader.readTail(given[row], one(ROWS, ROW_BYTES, THREE_ROWS, row), TEMPORARY);
            } else {
                reader.read(given[row], one(ROWS, ROW_BYTES, THREE_ROWS, row));
            }
        }
        turn();
        for (int lane = 0; lane < lanes; lane++) {
            int plane = shape.reversed ? reversed(lane, lanes) : lane;
            code.vmovups(one(PLANES, PLANE_BYTES, THREE_PLANES, plane), given[lane]);
        }
    }

    /** The bit-reversed index among {@code lanes}, a power of two. */
    static int reversed(int lane, int lanes) {
        return Integer.reverse(lane) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(lanes));
    }

    /** Transposes rows and lanes: within every 128 bits, then among these. */
    private void turn() {
        for (int i = 0; i < lanes; i += 2) {
            code.vunpcklps(turned[i], given[i], given[i + 1]);
            code.vunpckhps(turned[i + 1], given[i], given[i + 1]);
        }
        for (int i = 0; i < lanes; i += EACH) {
            code.vpunpcklqdq(given[i], turned[i], turned[i + 2]);
            code.vpunpckhqdq(given[i + 1], turned[i], turned[i + 2]);
            code.vpunpcklqdq(given[i + 2], turned[i + 1], turned[i + 3]);
            code.vpunpckhqdq(given[i + 3], turned[i + 1], turned[i + 3]);
        }
        for (int i = 0; i < EACH; i++) {
            if (kind == Vector.Kind.ZMM) {
                quarters(i);
            } else {
                code.vperm2f128(turned[i], given[i], given[EACH + i], 0x20);
                code.vperm2f128(given[EACH + i], given[i], given[EACH + i], 0x31);
                code.vmovaps(given[i], turned[i]);
            }
        }
    }

    private void quarters(int i) {
        var even = turned[i];
        var odd = turned[EACH + i];
        var laterEven = turned[2 * EACH + i];
        var laterOdd = turned[3 * EACH + i];
        code.vshuff32x4(even, given[i], given[EACH + i], 0x88);
        code.vshuff32x4(odd, given[i], given[EACH + i], 0xDD);
        code.vshuff32x4(laterEven, given[2 * EACH + i], given[3 * EACH + i], 0x88);
        code.vshuff32x4(laterOdd, given[2 * EACH + i], given[3 * EACH + i], 0xDD);
        code.vshuff32x4(given[i], even, laterEven, 0x88);
        code.vshuff32x4(given[EACH + i], odd, laterOdd, 0x88);
        code.vshuff32x4(given[2 * EACH + i], even, laterEven, 0xDD);
        code.vshuff32x4(given[3 * EACH + i], odd, laterOdd, 0xDD);
    }
}
