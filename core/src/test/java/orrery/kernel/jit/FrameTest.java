package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
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
import static orrery.kernel.jit.General.RSP;
import static orrery.kernel.jit.Vector.xmm;
import static orrery.kernel.jit.Vector.ymm;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Functions of both calling conventions, run on this system: code that calls as Windows does calls the function for
 * Windows.
 */
final class FrameTest {
    private static final List<General> WANTED =
            List.of(RAX, RCX, RDX, RBX, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, RBP);
    private static final int MOST_ARGUMENTS = 10;
    private static final int KEPT_VECTORS = 10;

    @BeforeEach
    void emittedCodeCanRunHere() {
        Tiers.ofThisMachine();
    }

    /** For any registers that a generator requests, in any order and number. */
    @Test
    void argumentsAreMovedWhereverTheGeneratorWantsThem() {
        var random = new Random(11);
        for (int round = 0; round < 200; round++) {
            var arguments = wanted(random);
            var code = new Assembler(VectorEncoding.VEX);
            emitStores(code, Frame.of(arguments, Set.of(), 0));

            try (var memory = ExecutableMemory.of(code);
                    var arena = Arena.ofConfined()) {
                var out = arena.allocate(JAVA_LONG, MOST_ARGUMENTS);
                memory.function().call(out.address(), 1, 2, 3, 4, 5, 6, 7, 8, 9);

                for (int i = 1; i < arguments.size(); i++) {
                    assertThat(out.getAtIndex(JAVA_LONG, i)).as("%s", arguments).isEqualTo(i);
                }
            }
        }
    }

    private static List<General> wanted(Random random) {
        var registers = new ArrayList<>(WANTED);
        Collections.shuffle(registers, random);
        return registers.subList(0, 1 + random.nextInt(MOST_ARGUMENTS));
    }

    /** A function that writes all its arguments to the address that is the first. */
    private static void emitStores(Assembler code, Frame frame) {
        frame.enter(code);
        for (int i = 0; i < frame.arguments().size(); i++) {
            code.mov(
                    at(frame.arguments().getFirst(), Long.BYTES * i),
                    frame.arguments().get(i));
        }
        for (int i = 0; i < frame.vectors(); i++) {
            code.vpxor(ymm(i), ymm(i), ymm(i));
        }
        frame.scratch().forEach(register -> code.mov(register, 0));
        frame.leave(code);
    }

    @Test
    void aFunctionForWindowsFindsItsArgumentsAndLeavesWhatMustBePreserved() {
        assumeTrue(CallingConvention.ofThisSystem() == CallingConvention.SYSTEM_V, "it is entered from System V's");
        var random = new Random(12);
        for (int round = 0; round < 200; round++) {
            var arguments = wanted(random);
            var code = new Assembler(VectorEncoding.VEX);
            var function = new Label();
            emitCallAsOnWindows(code, function);
            code.place(function);
            emitStores(code, new Frame(CallingConvention.WINDOWS, arguments, Set.copyOf(WANTED), 16));

            try (var memory = ExecutableMemory.of(code);
                    var arena = Arena.ofConfined()) {
                var out = arena.allocate(JAVA_LONG, MOST_ARGUMENTS);
                var kept = arena.allocate(
                        16
                                * (KEPT_VECTORS
                                        + CallingConvention.WINDOWS.preserved().size()),
                        16);
                memory.function().call(out.address(), kept.address());

                for (int i = 1; i < arguments.size(); i++) {
                    assertThat(out.getAtIndex(JAVA_LONG, i)).as("%s", arguments).isEqualTo(i);
                }
                for (int i = 0; i < KEPT_VECTORS; i++) {
                    assertThat(kept.getAtIndex(JAVA_LONG, 2 * i))
                            .as("xmm%d", 6 + i)
                            .isEqualTo(100 + i);
                }
                for (int i = 0; i < CallingConvention.WINDOWS.preserved().size(); i++) {
                    assertThat(kept.getAtIndex(JAVA_LONG, 2 * (KEPT_VECTORS + i)))
                            .as("%s", CallingConvention.WINDOWS.preserved().get(i))
                            .isEqualTo(200 + i);
                }
            }
        }
    }

    /** {@code (out, kept)}: calls with {@code (out, 1, 2, …, 9)}, and then writes what had to be preserved. */
    private static void emitCallAsOnWindows(Assembler code, Label function) {
        var preserved = CallingConvention.WINDOWS.preserved();
        var back = new Label();
        var frame = new Frame(CallingConvention.SYSTEM_V, List.of(RCX, R10), Set.copyOf(WANTED), 16);
        int stack = 32 + Long.BYTES * 6;
        frame.enter(code);
        code.push(R10);
        code.sub(RSP, stack);
        for (int i = 4; i < MOST_ARGUMENTS; i++) {
            code.mov(RAX, i);
            code.mov(at(RSP, 32 + Long.BYTES * (i - 4)), RAX);
        }
        for (int i = 0; i < KEPT_VECTORS; i++) {
            code.mov(RAX, 100 + i);
            code.vmovq(xmm(6 + i), RAX);
        }
        for (int i = 0; i < preserved.size(); i++) {
            code.mov(preserved.get(i), 200 + i);
        }
        code.mov(RDX, 1);
        code.mov(R8, 2);
        code.mov(R9, 3);
        code.lea(RAX, at(back));
        code.push(RAX);
        code.jmp(function);
        code.place(back);
        code.add(RSP, stack);
        code.pop(RAX);
        for (int i = 0; i < KEPT_VECTORS; i++) {
            code.vmovups(at(RAX, 16 * i), xmm(6 + i));
        }
        for (int i = 0; i < preserved.size(); i++) {
            code.mov(at(RAX, 16 * (KEPT_VECTORS + i)), preserved.get(i));
        }
        frame.leave(code);
    }

    @Test
    void argumentsThatCannotAllBeThereAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Frame.of(List.of(RDI, RSI, RDI), Set.of(), 0))
                .withMessage("the arguments are to be in [RDI, RSI, RDI], expected distinct registers without RSP");
        assertThatIllegalArgumentException().isThrownBy(() -> Frame.of(List.of(RSP), Set.of(), 0));
    }
}
