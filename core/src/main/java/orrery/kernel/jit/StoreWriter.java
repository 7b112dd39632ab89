package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
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
import orrery.tensor.KvType;

/**
 * Emits code that stores one position's heads in a cache ({@link orrery.kernel.KvLayout}). Called as
 * {@code (x, to, size, stride, heads, headBytes)}: {@code heads * size} contiguous floats. Consecutive elements are
 * stored {@code stride} bytes apart, consecutive heads {@code headBytes}.
 */
final class StoreWriter {
    private static final General X = RDI;
    private static final General TO = RSI;
    private static final General SIZE = RDX;
    private static final General STRIDE = RCX;
    private static final General HEADS = R8;
    private static final General HEAD_BYTES = R9;

    private static final General INDEX = RAX;
    private static final General ELEMENT = R10;
    private static final General BITS = R11;
    private static final General ROUNDED = R12;
    private static final General MAGNITUDE = R13;
    private static final General INFINITE = RBX;

    private static final long INFINITY = 0x7F80_0000L;
    private static final int QUIET = 0x40;

    private StoreWriter() {}

    /** The code for a type; if elements share factors, that of {@link BlockStoreWriter}. */
    static Assembler write(Tier tier, KvType type) {
        return type.blockElements() > 1 ? BlockStoreWriter.write(tier) : writeAlone(tier, type);
    }

    private static Assembler writeAlone(Tier tier, KvType type) {
        var code = new Assembler(tier.encoding());
        var frame = Frame.of(
                List.of(X, TO, SIZE, STRIDE, HEADS, HEAD_BYTES),
                Set.of(INDEX, ELEMENT, BITS, ROUNDED, MAGNITUDE, INFINITE),
                1);
        frame.enter(code);
        code.mov(INFINITE, INFINITY);
        var head = new Label();
        var element = new Label();
        code.place(head);
        code.mov(ELEMENT, TO);
        code.xor(INDEX, INDEX);
        code.place(element);
        var from = at(X, INDEX, Float.BYTES, 0);
        switch (type) {
            case F32 -> {
                code.mov32(BITS, from);
                code.mov32(at(ELEMENT), BITS);
            }
            case F16 -> {
                var x = Vector.xmm(0);
                code.vmovss(x, from);
                code.vcvtps2ph(x, x, 0);
                code.vmovd(BITS, x);
                code.mov16(at(ELEMENT), BITS);
            }
            case BF16 -> brain(code, from);
            case Q8 -> throw new IllegalArgumentException("elements of " + type + " do not stand alone");
        }
        code.add(ELEMENT, STRIDE);
        code.add(INDEX, 1);
        code.cmp(INDEX, SIZE);
        code.jnz(element);
        code.lea(X, at(X, SIZE, Float.BYTES, 0));
        code.add(TO, HEAD_BYTES);
        code.sub(HEADS, 1);
        code.jnz(head);
        frame.leave(code);
        return code;
    }

    /** Rounds to nearest, ties to even; NaN stays NaN. */
    private static void brain(Assembler code, Address from) {
        var number = new Label();
        var done = new Label();
        code.mov32(BITS, from);
        code.mov(MAGNITUDE, BITS);
        code.and(MAGNITUDE, Integer.MAX_VALUE);
        code.mov(ROUNDED, BITS);
        code.shr(ROUNDED, Short.SIZE);
        code.cmp(MAGNITUDE, INFINITE);
        code.jbe(number);
        code.mov(BITS, QUIET);
        code.or(BITS, ROUNDED);
        code.jmp(done);
        code.place(number);
        code.and(ROUNDED, 1);
        code.add(BITS, ROUNDED);
        code.add(BITS, 0x7FFF);
        code.shr(BITS, Short.SIZE);
        code.place(done);
        code.mov16(at(ELEMENT), BITS);
    }
}
