package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.RAX;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Emits loops over runs of floats with the widest vectors of a tier: whole vectors first, then a masked one, so that
 * nothing beyond a run is read or written. An element's result does not depend on which of the two it is in.
 *
 * <p>Loops use {@code rax}, {@code r10} and {@code r11}; the mask of the last vector is in {@code k1}, or in the last
 * vector register if the tier has no masks.
 */
class RunWriter {
    /** Predicates of comparisons, false if either operand is NaN, except for the last one, which is then true. */
    static final int LESS = 1;

    static final int GREATER = 14;
    static final int NOT_LESS = 5;

    /** The registers that loops change. */
    static final Set<General> SCRATCH = Set.of(RAX, R10, R11);

    private static final General INDEX = RAX;
    private static final General LEFT = R10;
    private static final General TEMPORARY = R11;
    private static final Opmask TAIL = Opmask.K1;
    private static final Opmask CHOSEN = Opmask.K2;
    private static final int ALIGNMENT = 32;

    final Assembler code;
    final Constants beside;
    final boolean wide;
    private final Vector.Kind kind;
    private final int lanes;
    private boolean tail;

    RunWriter(Tier tier) {
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        wide = tier.encoding() == VectorEncoding.EVEX;
        kind = tier.kind();
        lanes = tier.lanes();
    }

    /** A whole vector register; the last of sixteen is reserved. */
    final Vector vector(int number) {
        return kind.of(number);
    }

    final int lanes() {
        return lanes;
    }

    /**
     * A loop over a run.
     *
     * @param count floats, 0 or more
     * @param slots vectors that are processed together while there are as many
     * @param body emits the work on one vector, given its slot: the last ones all use slot 0
     */
    final void run(General count, int slots, IntConsumer body) {
        code.xor(INDEX, INDEX);
        code.mov(LEFT, count);
        if (slots > 1) {
            whole(slots, body);
        }
        whole(1, body);
        var done = new Label();
        code.test(LEFT, LEFT);
        code.jz(done);
        mask();
        tail = true;
        body.accept(0);
        tail = false;
        code.place(done);
    }

    private void whole(int slots, IntConsumer body) {
        var loop = new Label();
        var end = new Label();
        code.sub(LEFT, slots * lanes);
        code.jl(end);
        code.align(ALIGNMENT);
        code.place(loop);
        for (int slot = 0; slot < slots; slot++) {
            body.accept(slot);
        }
        code.add(INDEX, slots * lanes);
        code.sub(LEFT, slots * lanes);
        code.jge(loop);
        code.place(end);
        code.add(LEFT, slots * lanes);
    }

    /** Builds the mask of the remaining lanes. */
    private void mask() {
        if (wide) {
            code.mov(TEMPORARY, -1);
            code.bzhi(TEMPORARY, TEMPORARY, LEFT);
            code.kmovw(TAIL, TEMPORARY);
            return;
        }
        var ones = ByteBuffer.allocate(2 * kind.bytes());
        for (int i = 0; i < lanes; i++) {
            ones.putInt(-1);
        }
        code.lea(TEMPORARY, beside.of(ones.array()).plus(kind.bytes()));
        code.shl(LEFT, 2);
        code.sub(TEMPORARY, LEFT);
        code.vmovups(tailMask(), at(TEMPORARY));
    }

    private Vector tailMask() {
        return vector(15);
    }

    /** Loads a vector of the run that starts at {@code base}; lanes beyond its end are 0. */
    final void load(Vector to, General base, int slot) {
        load(to, here(base, slot));
    }

    /** The same for a vector at an address that the body keeps. */
    final void load(Vector to, Address from) {
        if (!tail) {
            code.vmovups(to, from);
        } else if (wide) {
            code.vmovups(to.zeroed(TAIL), from);
        } else {
            code.vmaskmovps(to, tailMask(), from);
        }
    }

    /** The same, but lanes beyond the end are those of {@code other}. */
    final void loadOr(Vector to, General base, int slot, Vector other) {
        load(to, base, slot);
        if (tail && wide) {
            code.vblendmps(to.masked(TAIL), other, to);
        } else if (tail) {
            code.vblendvps(to, other, to, tailMask());
        }
    }

    /** Stores a vector of the run that starts at {@code base}. */
    final void store(General base, int slot, Vector from) {
        var to = here(base, slot);
        if (!tail) {
            code.vmovups(to, from);
        } else if (wide) {
            code.vmovups(to.masked(TAIL), from);
        } else {
            code.vmaskmovps(to, tailMask(), from);
        }
    }

    /** The index of the first element that the body processes, for loops with one vector at a time. */
    final void index(General to) {
        code.mov(to, INDEX);
    }

    private Address here(General base, int slot) {
        return at(base, INDEX, Float.BYTES, slot * kind.bytes());
    }

    /** The lanes within the run, if the tier has masks. */
    final Opmask among() {
        return tail ? TAIL : Opmask.K0;
    }

    /** Sets lanes beyond the end of the run to 0. */
    final void clearTail(Vector x) {
        if (tail && wide) {
            code.vmovaps(x.zeroed(TAIL), x);
        } else if (tail) {
            code.vandps(x, x, tailMask());
        }
    }

    /** A number in all lanes, as the last operand of an instruction. */
    final Address all(float value) {
        return allBits(Float.floatToRawIntBits(value));
    }

    /** 32 bits in all lanes, as the last operand of an instruction. */
    final Address allBits(int bits) {
        if (wide) {
            return beside.of(bits).each();
        }
        var bytes = ByteBuffer.allocate(kind.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putInt(bits);
        }
        return beside.of(bytes.array());
    }

    /** Broadcasts a number. */
    final void fill(Vector to, float value) {
        code.vbroadcastss(to, beside.of(value));
    }

    /** Broadcasts the float whose bits are in a register. */
    final void fill(Vector to, General bits) {
        code.vmovd(to.xmm(), bits);
        code.vbroadcastss(to, to.xmm());
    }

    /** Broadcasts a register's integer as a float. */
    final void fillWithNumber(Vector to, General number) {
        fill(to, number);
        code.vcvtdq2ps(to, to);
    }

    final void clear(Vector to) {
        code.vxorps(to, to, to);
    }

    /** Combines two vectors. */
    interface Pairwise {
        void join(Vector to, Vector a, Vector b);
    }

    /** Combines all lanes, always in the same order, and broadcasts the result. */
    final void across(Vector x, Vector spare, Pairwise how) {
        if (wide) {
            code.vshuff32x4(spare, x, x, 0x4E);
            how.join(x, x, spare);
            code.vshuff32x4(spare, x, x, 0xB1);
        } else {
            code.vperm2f128(spare, x, x, 1);
        }
        how.join(x, x, spare);
        code.vpermilps(spare, x, 0x4E);
        how.join(x, x, spare);
        code.vpermilps(spare, x, 0xB1);
        how.join(x, x, spare);
    }

    /** {@code to = a <predicate> b ? when : otherwise}, lane by lane; overwrites {@code mask}. */
    final void choose(
            Vector to, Vector a, int predicate, Operand.VectorOrMemory b, Vector when, Vector otherwise, Vector mask) {
        if (wide) {
            code.vcmpps(CHOSEN, Opmask.K0, a, b, predicate);
            code.vblendmps(to.masked(CHOSEN), otherwise, when);
        } else {
            code.vcmpps(mask, a, b, predicate);
            code.vblendvps(to, otherwise, when, mask);
        }
    }
}
