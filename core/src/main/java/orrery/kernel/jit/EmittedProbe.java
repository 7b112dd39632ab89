package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import orrery.kernel.ProbeLoops;

/** The loops of {@link ProbeLoops} with emitted code: the widest vectors of a tier, and nothing else. */
final class EmittedProbe implements ProbeLoops {
    private static final int STREAMS = 4;
    private static final int LINE = 64;
    private static final int CHAINS = 12;
    private static final int PRODUCTS_PER_LANE = 4;
    private static final float FACTOR = 0.999f;

    private final Vector.Kind kind;
    private final boolean fourBytes;
    private final NativeFunction read;
    private final NativeFunction multiply;
    private final NativeFunction multiplyBytes;

    /**
     * Emits the loops, into pages that are never freed.
     *
     * @throws orrery.kernel.BackendException if there is no executable memory
     */
    EmittedProbe(Tier tier) {
        kind = tier.kind();
        fourBytes = tier != Tier.AVX2;
        var code = new Assembler(tier.encoding());
        var labels = List.of(new Label(), new Label(), new Label());
        code.place(labels.get(0));
        emitRead(code);
        code.align(LINE);
        code.place(labels.get(1));
        emitMultiply(code);
        code.align(LINE);
        code.place(labels.get(2));
        emitMultiplyBytes(code);
        var memory = ExecutableMemory.of(code);
        read = memory.function(labels.get(0));
        multiply = memory.function(labels.get(1));
        multiplyBytes = memory.function(labels.get(2));
    }

    /**
     * {@code (from, bytes of a stream, sums of longs)}: one cache line of each stream per iteration, in separate sums.
     */
    private void emitRead(Assembler code) {
        int vectors = LINE / kind.bytes();
        var frame = Frame.of(List.of(RDI, RSI, RDX), Set.of(RCX, R8, R9), STREAMS * vectors);
        var streams = List.of(RDI, RCX, R8, R9);
        var turn = new Label();
        frame.enter(code);
        code.lea(RCX, at(RDI, RSI, 1, 0));
        code.lea(R8, at(RDI, RSI, 2, 0));
        code.lea(R9, at(RCX, RSI, 2, 0));
        clear(code, STREAMS * vectors);
        code.align(LINE);
        code.place(turn);
        for (int v = 0; v < vectors; v++) {
            for (int s = 0; s < STREAMS; s++) {
                var sum = kind.of(s * vectors + v);
                code.vpaddq(sum, sum, at(streams.get(s), v * kind.bytes()));
            }
        }
        streams.forEach(stream -> code.add(stream, LINE));
        code.sub(RSI, LINE);
        code.jnz(turn);
        for (int i = 1; i < STREAMS * vectors; i++) {
            code.vpaddq(kind.of(0), kind.of(0), kind.of(i));
        }
        code.vmovdqu(at(RDX), kind.of(0));
        frame.leave(code);
    }

    /**
     * {@code (values, turns, sums)}: one initial float per chain, then the factor and the summand; every lane of a
     * chain computes the same.
     */
    private void emitMultiply(Assembler code) {
        var frame = Frame.of(List.of(RDI, RSI, RDX), Set.of(), CHAINS + 2);
        var factor = kind.of(CHAINS);
        var summand = kind.of(CHAINS + 1);
        var turn = new Label();
        frame.enter(code);
        for (int i = 0; i < CHAINS + 2; i++) {
            code.vbroadcastss(kind.of(i), at(RDI, i * Float.BYTES));
        }
        code.align(LINE);
        code.place(turn);
        for (int i = 0; i < CHAINS; i++) {
            code.vfmadd213ps(kind.of(i), factor, summand);
        }
        code.sub(RSI, 1);
        code.jnz(turn);
        for (int i = 1; i < CHAINS; i++) {
            code.vaddps(kind.of(0), kind.of(0), kind.of(i));
        }
        code.vmovups(at(RDX), kind.of(0));
        frame.leave(code);
    }

    /**
     * {@code (turns)}: products of bytes, added in groups of four with {@code vpdpbusd}; in AVX2 in pairs to 16-bit
     * sums, as its kernels do as long as nothing can saturate.
     */
    private void emitMultiplyBytes(Assembler code) {
        var frame = Frame.of(List.of(RDI), Set.of(), CHAINS + 4);
        var a = kind.of(CHAINS);
        var b = kind.of(CHAINS + 1);
        var turn = new Label();
        frame.enter(code);
        clear(code, CHAINS + 2);
        code.align(LINE);
        code.place(turn);
        for (int i = 0; i < CHAINS; i++) {
            if (fourBytes) {
                code.vpdpbusd(kind.of(i), a, b);
            } else {
                var products = kind.of(CHAINS + 2 + i % 2);
                code.vpmaddubsw(products, a, b);
                code.vpaddw(kind.of(i), kind.of(i), products);
            }
        }
        code.sub(RDI, 1);
        code.jnz(turn);
        frame.leave(code);
    }

    private void clear(Assembler code, int registers) {
        for (int i = 0; i < registers; i++) {
            code.vpxor(kind.of(i), kind.of(i), kind.of(i));
        }
    }

    @Override
    public long read(MemorySegment memory, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, memory.byteSize());
        try (var arena = Arena.ofConfined()) {
            var sums = arena.allocate(kind.bytes());
            read.call(memory.address() + offset, bytes / STREAMS, sums.address());
            Reference.reachabilityFence(memory);
            long sum = 0;
            for (int i = 0; i < kind.bytes() / Long.BYTES; i++) {
                sum += sums.getAtIndex(JAVA_LONG, i);
            }
            return sum;
        }
    }

    @Override
    public float multiply(float seed, int turns) {
        try (var arena = Arena.ofConfined()) {
            var values = arena.allocate(JAVA_FLOAT, CHAINS + 2);
            for (int i = 0; i < CHAINS; i++) {
                values.setAtIndex(JAVA_FLOAT, i, seed + i);
            }
            values.setAtIndex(JAVA_FLOAT, CHAINS, FACTOR);
            values.setAtIndex(JAVA_FLOAT, CHAINS + 1, seed);
            var sums = arena.allocate(kind.bytes());
            multiply.call(values.address(), turns, sums.address());
            float sum = 0;
            for (int lane = 0; lane < kind.lanes(); lane++) {
                sum += sums.getAtIndex(JAVA_FLOAT, lane);
            }
            return sum;
        }
    }

    @Override
    public int operationsPerTurn() {
        return 2 * CHAINS * kind.lanes();
    }

    @Override
    public void multiplyBytes(int turns) {
        multiplyBytes.call(turns);
    }

    @Override
    public OptionalInt byteOperationsPerTurn() {
        return OptionalInt.of(2 * CHAINS * kind.lanes() * PRODUCTS_PER_LANE);
    }

    @Override
    public MemorySegment memory(Arena arena, long bytes) {
        return LargePages.allocate(arena, bytes);
    }
}
