package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orrery.spec.Position;

/**
 * Emits RoPE in place. Called as {@code (x, angles, pairs, heads, headBytes, rows)}: the address of the first rotated
 * element, of {@code heads} heads of each of the contiguous rows; and {@code pairs} cosines, then as many sines, for
 * each row.
 */
final class RopeWriter {
    private static final General X = RDI;
    private static final General COS = RSI;
    private static final General PAIRS = RDX;
    private static final General HEADS = RCX;
    private static final General HEAD_BYTES = R8;
    private static final General ROWS = R9;
    private static final General SIN = R12;
    private static final General HEAD = R13;
    /** The second elements of pairs that are half a head apart. */
    private static final General SECOND = RBX;

    private static final General INDEX = RAX;
    private static final General LEFT = R10;

    private final RunWriter run;
    private final Assembler code;
    private final Vector u;
    private final Vector v;
    private final Vector c;
    private final Vector s;
    private final Vector product;
    private final Vector twice;
    private final Vector signs;

    private RopeWriter(Tier tier) {
        run = new RunWriter(tier);
        code = run.code;
        u = run.vector(0);
        v = run.vector(1);
        c = run.vector(2);
        s = run.vector(3);
        product = run.vector(4);
        twice = run.vector(5);
        signs = run.vector(6);
    }

    static Assembler write(Tier tier, Position.Pairing pairing) {
        var writer = new RopeWriter(tier);
        var scratch = new HashSet<>(RunWriter.SCRATCH);
        scratch.addAll(Set.of(SIN, HEAD, SECOND));
        writer.write(Frame.of(List.of(X, COS, PAIRS, HEADS, HEAD_BYTES, ROWS), scratch, tier.registers()), pairing);
        return writer.code;
    }

    private void write(Frame frame, Position.Pairing pairing) {
        frame.enter(code);
        if (pairing == Position.Pairing.INTERLEAVED) {
            code.vmovups(twice, table(lane -> lane / 2));
            code.vmovups(signs, table(lane -> lane % 2 == 0 ? 0x80000000 : 0));
        }
        var row = new Label();
        code.place(row);
        code.lea(SIN, at(COS, PAIRS, 4, 0));
        code.mov(HEAD, HEADS);
        var head = new Label();
        code.place(head);
        switch (pairing) {
            case HALVES -> halves();
            case INTERLEAVED -> interleaved();
        }
        code.add(X, HEAD_BYTES);
        code.sub(HEAD, 1);
        code.jnz(head);
        code.lea(COS, at(SIN, PAIRS, 4, 0));
        code.sub(ROWS, 1);
        code.jnz(row);
        frame.leave(code);
        run.beside.place();
    }

    private interface OfLane {
        int of(int lane);
    }

    private Address table(OfLane numbers) {
        var bytes = ByteBuffer.allocate(run.lanes() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int lane = 0; lane < run.lanes(); lane++) {
            bytes.putInt(numbers.of(lane));
        }
        return run.beside.of(bytes.array());
    }

    private void halves() {
        code.lea(SECOND, at(X, PAIRS, 4, 0));
        run.run(PAIRS, 1, _ -> {
            run.load(u, X, 0);
            run.load(v, SECOND, 0);
            run.load(c, COS, 0);
            run.load(s, SIN, 0);
            code.vmulps(product, u, s);
            code.vmulps(s, v, s);
            code.vfmsub213ps(u, c, s);
            code.vfmadd213ps(v, c, product);
            run.store(X, 0, u);
            run.store(SECOND, 0, v);
        });
    }

    /** Whole vectors of pairs, then pair by pair. */
    private void interleaved() {
        int pairs = run.lanes() / 2;
        var vectors = new Label();
        var single = new Label();
        var one = new Label();
        var done = new Label();
        code.xor(INDEX, INDEX);
        code.mov(LEFT, PAIRS);
        code.sub(LEFT, pairs);
        code.jl(single);
        code.place(vectors);
        code.vmovups(c.half(), at(COS, INDEX, 4, 0));
        code.vmovups(s.half(), at(SIN, INDEX, 4, 0));
        code.vpermps(c, twice, c);
        code.vpermps(s, twice, s);
        code.vmovups(u, at(X, INDEX, 8, 0));
        turn(u, v, c, s, signs);
        code.vmovups(at(X, INDEX, 8, 0), u);
        code.add(INDEX, pairs);
        code.sub(LEFT, pairs);
        code.jge(vectors);
        code.place(single);
        code.add(LEFT, pairs);
        code.jz(done);
        code.place(one);
        code.vbroadcastss(c.xmm(), at(COS, INDEX, 4, 0));
        code.vbroadcastss(s.xmm(), at(SIN, INDEX, 4, 0));
        code.vmovq(u.xmm(), at(X, INDEX, 8, 0));
        turn(u.xmm(), v.xmm(), c.xmm(), s.xmm(), signs.xmm());
        code.vmovq(at(X, INDEX, 8, 0), u.xmm());
        code.add(INDEX, 1);
        code.sub(LEFT, 1);
        code.jnz(one);
        code.place(done);
    }

    /** {@code x = x cos + neighbour sin}, where the second element of a pair counts as negative for the first. */
    private void turn(Vector x, Vector neighbour, Vector cos, Vector sin, Vector negative) {
        code.vpermilps(neighbour, x, 0xB1);
        code.vxorps(neighbour, neighbour, negative);
        code.vmulps(neighbour, neighbour, sin);
        code.vfmadd213ps(x, cos, neighbour);
    }
}
