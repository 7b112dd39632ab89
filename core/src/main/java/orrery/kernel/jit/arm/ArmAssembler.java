package orrery.kernel.jit.arm;

import static orrery.kernel.jit.arm.ArmVector.Arrangement.B16;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.B8;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.D2;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.H;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.H4;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.H8;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.Q;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.S;
import static orrery.kernel.jit.arm.ArmVector.Arrangement.S4;

import java.util.Set;
import orrery.kernel.jit.arm.ArmVector.Element;

/**
 * An assembler for A64. Its methods are Arm's mnemonics, with operands in Arm's order:
 *
 * <pre>{@code
 * var code = new ArmAssembler();
 * var loop = new ArmLabel();
 * code.place(loop);
 * code.ldr(v(1), X0, 16);
 * code.sdot(v(0).s4(), v(1).b16(), v(2).b4(3));
 * code.subs(X3, X3, 1);
 * code.bne(loop);
 * code.ret();
 * byte[] bytes = code.finish();
 * }</pre>
 *
 * <p>An operand that an instruction cannot express is an {@link IllegalArgumentException}, an error of the generator.
 * For one thread. Source: Arm Architecture Reference Manual, DDI 0487, chapters C6 and C7.
 */
public final class ArmAssembler extends ArmWords {
    private static final int IMMEDIATE_BITS = 12;
    private static final int ZERO = 31;

    /** An empty assembler. */
    public ArmAssembler() {}

    // General registers

    /** {@code to = from}; neither may be the stack pointer. */
    public void mov(ArmGeneral to, ArmGeneral from) {
        three(0xAA000000, notStack(to), ZERO, notStack(from));
    }

    /** {@code to = value}, 0 to 65,535. */
    public void movz(ArmGeneral to, int value) {
        word(0xD2800000 | unsigned("a constant", value, 16) << 5 | notStack(to));
    }

    /** {@code to = a + b}. */
    public void add(ArmGeneral to, ArmGeneral a, ArmGeneral b) {
        three(0x8B000000, notStack(to), notStack(a), notStack(b));
    }

    /** {@code to = a + value}, 0 to 4,095. */
    public void add(ArmGeneral to, ArmGeneral a, int value) {
        immediate(0x91000000, to, a, value);
    }

    /** {@code to = a - value}, 0 to 4,095. */
    public void sub(ArmGeneral to, ArmGeneral a, int value) {
        immediate(0xD1000000, to, a, value);
    }

    /** {@code to = a - value}, 0 to 4,095, for {@link #bne}. */
    public void subs(ArmGeneral to, ArmGeneral a, int value) {
        notStack(to);
        immediate(0xF1000000, to, a, value);
    }

    private void immediate(int base, ArmGeneral to, ArmGeneral a, int value) {
        word(base | unsigned("a constant", value, IMMEDIATE_BITS) << 10 | a.number() << 5 | to.number());
    }

    /** Compares for {@link #bne}. */
    public void cmp(ArmGeneral a, ArmGeneral b) {
        three(0xEB000000, ZERO, notStack(a), notStack(b));
    }

    /** Branches if the last comparison was not equal. */
    public void bne(ArmLabel to) {
        word(0x54000001, to);
    }

    /** Returns. */
    public void ret() {
        word(0xD65F03C0);
    }

    // Memory

    /** Loads 128, 64 or 32 bits; the upper bits become zero. */
    public void ldr(ArmVector to, ArmGeneral base, int offset) {
        memory(0x3D400000, 0x3C400000, to, base, offset);
    }

    /** Loads a 128-bit constant next to the code. */
    public void ldr(ArmVector to, ArmLabel from) {
        word(0x9C000000 | number(to, Q), from);
    }

    /** Stores 128, 64 or 32 bits. */
    public void str(ArmVector from, ArmGeneral base, int offset) {
        memory(0x3D000000, 0x3C000000, from, base, offset);
    }

    /** Prefetches a cache line to read; the offset is a multiple of 8 bytes up to 32,760. */
    public void prfm(ArmGeneral base, int offset) {
        if (offset % Long.BYTES != 0) {
            throw new IllegalArgumentException("the distance is " + offset + ", expected a multiple of 8");
        }
        word(0xF9800000 | unsigned("the distance", offset / Long.BYTES, IMMEDIATE_BITS) << 10 | base.number() << 5);
    }

    // Integers in vectors

    /** Adds four products of signed bytes to each of four numbers: FEAT_DotProd. */
    public void sdot(ArmVector sum, ArmVector a, ArmVector b) {
        dot(0x4E809400, sum, a, b);
    }

    /** The same with one group of four bytes of the last operand for all numbers. */
    public void sdot(ArmVector sum, ArmVector a, Element b) {
        byElement(0x4F80E000, B16, sum, a, b);
    }

    /** Adds the product of a matrix of 2 x 8 bytes with a transposed one to a matrix of 2 x 2: FEAT_I8MM. */
    public void smmla(ArmVector sum, ArmVector a, ArmVector b) {
        dot(0x4E80A400, sum, a, b);
    }

    /** {@code to = a + b} in 32 bits. */
    public void add(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4EA08400, S4, to, a, b);
    }

    /** {@code to = -from} in 32 bits. */
    public void neg(ArmVector to, ArmVector from) {
        two(0x6EA0B800, to, S4, from, S4);
    }

    /** The larger of signed 32-bit numbers. */
    public void smax(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4EA06400, S4, to, a, b);
    }

    /** The largest of four signed 32-bit numbers. */
    public void smaxv(ArmVector to, ArmVector from) {
        two(0x4EB0A800, to, S, from, S4);
    }

    /** The sum of sixteen signed bytes, in 16 bits. */
    public void saddlv(ArmVector to, ArmVector from) {
        two(0x4E303800, to, H, from, B16);
    }

    /** All ones where {@code a > b}, as signed 32-bit numbers. */
    public void cmgt(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4EA03400, S4, to, a, b);
    }

    /** Shifts bytes or 32-bit numbers to the left. */
    public void shl(ArmVector to, ArmVector from, int bits) {
        int size = Byte.SIZE * from.arrangement().elementBytes();
        shift(0x4F005400, to, from, size + inElement(bits, 0, size - 1));
    }

    /** Shifts to the right, filling with zeros. */
    public void ushr(ArmVector to, ArmVector from, int bits) {
        int size = Byte.SIZE * from.arrangement().elementBytes();
        shift(0x6F000400, to, from, 2 * size - inElement(bits, 1, size));
    }

    private static int inElement(int bits, int least, int most) {
        if (bits < least || bits > most) {
            throw new IllegalArgumentException("shifted by " + bits + " bits, expected " + least + ".." + most);
        }
        return bits;
    }

    private void shift(int base, ArmVector to, ArmVector from, int sizeAndBits) {
        int source = number(from, Set.of(B16, S4));
        word(base | sizeAndBits << 16 | source << 5 | number(to, from.arrangement()));
    }

    /** Sign-extends the lower half to twice the width: bytes or 16-bit numbers. */
    public void sxtl(ArmVector to, ArmVector from) {
        widen(0x0F00A400, to, from);
    }

    /** Zero-extends the lower half to twice the width: bytes or 16-bit numbers. */
    public void uxtl(ArmVector to, ArmVector from) {
        widen(0x2F00A400, to, from);
    }

    private void widen(int base, ArmVector to, ArmVector from) {
        int source = number(from, Set.of(B8, H4));
        boolean bytes = from.arrangement() == B8;
        word(base | (bytes ? 8 : 16) << 16 | source << 5 | number(to, bytes ? H8 : S4));
    }

    /** Narrows to half the width, saturating, into the lower half. */
    public void sqxtn(ArmVector to, ArmVector from) {
        int source = number(from, Set.of(H8, S4));
        boolean words = from.arrangement() == H8;
        word((words ? 0x0E214800 : 0x0E614800) | source << 5 | number(to, words ? B8 : H4));
    }

    /** The same into the upper half; the lower half is kept. */
    public void sqxtn2(ArmVector to, ArmVector from) {
        int source = number(from, Set.of(H8, S4));
        boolean words = from.arrangement() == H8;
        word((words ? 0x4E214800 : 0x4E614800) | source << 5 | number(to, words ? B16 : H8));
    }

    // Bits and permutations

    /** {@code to = a and b}. */
    public void and(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4E201C00, B16, to, a, b);
    }

    /** {@code to = a and not b}. */
    public void bic(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4E601C00, B16, to, a, b);
    }

    /** {@code to = a or b}. */
    public void orr(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4EA01C00, B16, to, a, b);
    }

    /** Copies those bits of {@code a} that are set in {@code mask}; the others are kept. */
    public void bit(ArmVector to, ArmVector a, ArmVector mask) {
        same(0x6EA01C00, B16, to, a, mask);
    }

    /** Broadcasts a byte. */
    public void movi(ArmVector to, int value) {
        int bits = unsigned("a byte", value, Byte.SIZE);
        word(0x4F00E400 | (bits >> 5) << 16 | (bits & 0x1F) << 5 | number(to, B16));
    }

    /** {@code to = from}. */
    public void mov(ArmVector to, ArmVector from) {
        int source = number(from, B16);
        three(0x4EA01C00, number(to, B16), source, source);
    }

    /** Broadcasts a 32-bit number. */
    public void dup(ArmVector to, Element from) {
        if (from.group() != S4) {
            throw new IllegalArgumentException("an element of " + from.group() + ", expected one of " + S4);
        }
        int index = unsigned("the number of an element", from.index(), 2);
        word(0x4E040400 | index << 19 | ArmVector.v(from.number()).number() << 5 | number(to, S4));
    }

    /** Each byte of {@code choices} selects one of the sixteen bytes of {@code table}. */
    public void tbl(ArmVector to, ArmVector table, ArmVector choices) {
        same(0x4E000000, B16, to, table, choices);
    }

    /** Interleaves the lower halves. */
    public void zip1(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4EC03800, D2, to, a, b);
    }

    /** Interleaves the upper halves. */
    public void zip2(ArmVector to, ArmVector a, ArmVector b) {
        same(0x4EC07800, D2, to, a, b);
    }

    // Floats

    /** Four F16 as floats. */
    public void fcvtl(ArmVector to, ArmVector from) {
        two(0x0E217800, to, S4, from, H4);
    }

    /** Integers as floats. */
    public void scvtf(ArmVector to, ArmVector from) {
        two(0x4E21D800, to, S4, from, S4);
    }

    /** The nearest integers, ties to even; NaN becomes 0. */
    public void fcvtns(ArmVector to, ArmVector from) {
        two(0x4E21A800, to, S4, from, S4);
    }

    /** Clears the sign bit. */
    public void fabs(ArmVector to, ArmVector from) {
        two(0x4EA0F800, to, S4, from, S4);
    }

    /** {@code to = a * b}. */
    public void fmul(ArmVector to, ArmVector a, ArmVector b) {
        same(0x6E20DC00, S4, to, a, b);
    }

    /** {@code to = a * b}. */
    public void fmul(ArmVector to, ArmVector a, Element b) {
        byElement(0x4F809000, S4, to, a, b);
    }

    /** {@code to = a / b}. */
    public void fdiv(ArmVector to, ArmVector a, ArmVector b) {
        same(0x6E20FC00, S4, to, a, b);
    }

    /** {@code sum += a * b}, rounded once. */
    public void fmla(ArmVector sum, ArmVector a, ArmVector b) {
        same(0x4E20CC00, S4, sum, a, b);
    }

    /** {@code sum += a * b}, rounded once. */
    public void fmla(ArmVector sum, ArmVector a, Element b) {
        byElement(0x4F801000, S4, sum, a, b);
    }

    /** {@code sum -= a * b}, rounded once. */
    public void fmls(ArmVector sum, ArmVector a, Element b) {
        byElement(0x4F805000, S4, sum, a, b);
    }
}
