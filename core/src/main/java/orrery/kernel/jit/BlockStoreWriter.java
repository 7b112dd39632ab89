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
import static orrery.kernel.jit.General.RBP;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;
import static orrery.kernel.jit.Vector.xmm;

import java.util.List;
import java.util.Set;
import orrery.tensor.KvType;

/**
 * Emits code that stores one position's heads in a cache as signed bytes with a factor per block ({@link KvType#Q8}):
 * the same bytes as {@link orrery.kernel.KvLayout#write}. Called as
 * {@code (x, to, size, stride, heads, headBytes, factors, factorStride)}: {@code heads * size} contiguous floats.
 * Consecutive elements are {@code stride} bytes apart, consecutive blocks' factors {@code factorStride} bytes, and
 * consecutive heads' bytes and factors {@code headBytes}.
 */
final class BlockStoreWriter {
    private static final General X = RDI;
    private static final General TO = RSI;
    private static final General SIZE = RDX;
    private static final General STRIDE = RCX;
    private static final General HEADS = R8;
    private static final General HEAD_BYTES = R9;
    private static final General FACTORS = RBX;
    private static final General FACTOR_STRIDE = R12;

    private static final General ELEMENT = R10;
    private static final General FACTOR = R15;
    private static final General LEFT = R13;
    private static final General COUNT = R14;
    private static final General INDEX = RAX;
    private static final General BITS = R11;
    private static final General LARGEST = RBP;

    private static final Vector STEPS = xmm(3);
    private static final Vector LEAST = xmm(4);
    private static final Vector INFINITE = xmm(5);

    private final Assembler code;
    private final Constants beside;
    private final Vector x = xmm(0);
    private final Vector factor = xmm(1);

    private BlockStoreWriter(Tier tier) {
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
    }

    static Assembler write(Tier tier) {
        var writer = new BlockStoreWriter(tier);
        writer.write(Frame.of(
                List.of(X, TO, SIZE, STRIDE, HEADS, HEAD_BYTES, FACTORS, FACTOR_STRIDE),
                Set.of(ELEMENT, FACTOR, LEFT, COUNT, INDEX, BITS, LARGEST),
                INFINITE.number() + 1));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        code.vmovss(STEPS, beside.of(127f));
        code.vmovss(LEAST, beside.of(-127f));
        code.vmovss(INFINITE, beside.of(Float.POSITIVE_INFINITY));
        var head = new Label();
        var block = new Label();
        code.place(head);
        code.mov(ELEMENT, TO);
        code.mov(FACTOR, FACTORS);
        code.mov(LEFT, SIZE);
        code.place(block);
        code.mov(COUNT, KvType.Q8.blockElements());
        code.cmp(LEFT, COUNT);
        code.cmov(Condition.LESS, COUNT, LEFT);
        code.sub(LEFT, COUNT);
        largest();
        factor();
        elements();
        code.lea(X, at(X, COUNT, Float.BYTES, 0));
        code.add(FACTOR, FACTOR_STRIDE);
        code.test(LEFT, LEFT);
        code.jnz(block);
        code.add(TO, HEAD_BYTES);
        code.add(FACTORS, HEAD_BYTES);
        code.sub(HEADS, 1);
        code.jnz(head);
        frame.leave(code);
        beside.place();
    }

    /** The bits of the largest magnitude: magnitudes are ordered like their bits, with NaN above all. */
    private void largest() {
        var element = new Label();
        code.xor(LARGEST, LARGEST);
        code.xor(INDEX, INDEX);
        code.place(element);
        code.mov32(BITS, at(X, INDEX, Float.BYTES, 0));
        code.and(BITS, Integer.MAX_VALUE);
        code.cmp(LARGEST, BITS);
        code.cmov(Condition.LESS, LARGEST, BITS);
        code.add(INDEX, 1);
        code.cmp(INDEX, COUNT);
        code.jnz(element);
    }

    /** Stores the factor of a block, and keeps the divisor of its elements: infinity if the factor is 0. */
    private void factor() {
        var some = new Label();
        code.vmovd(factor, LARGEST);
        code.vdivss(factor, factor, STEPS);
        code.vcvtps2ph(factor, factor, 0);
        code.vmovd(BITS, factor);
        code.mov16(at(FACTOR), BITS);
        code.vcvtph2ps(factor, factor);
        code.test(BITS, BITS);
        code.jnz(some);
        code.vmovaps(factor, INFINITE);
        code.place(some);
    }

    private void elements() {
        var element = new Label();
        code.xor(INDEX, INDEX);
        code.place(element);
        code.vmovss(x, at(X, INDEX, Float.BYTES, 0));
        code.vdivss(x, x, factor);
        // vminps returns the second operand if one is NaN; rounded, its lowest byte is 0.
        code.vminps(x, STEPS, x);
        code.vmaxps(x, LEAST, x);
        code.vcvtps2dq(x, x);
        code.vmovd(BITS, x);
        code.mov8(at(ELEMENT), BITS);
        code.add(ELEMENT, STRIDE);
        code.add(INDEX, 1);
        code.cmp(INDEX, COUNT);
        code.jnz(element);
    }
}
