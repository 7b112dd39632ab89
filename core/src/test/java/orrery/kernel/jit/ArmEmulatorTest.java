package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orrery.kernel.jit.arm.ArmVector.v;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmGeneral;

/** The emulator reports code that does what it must not do. */
final class ArmEmulatorTest {
    @TempDir
    private static Path folder;

    @BeforeEach
    void isThere() throws Exception {
        ArmEmulator.in(folder);
    }

    /** Runs code that gets the address of 24 bytes; returns their contents after it. */
    private static byte[] run(String processor, Consumer<ArmAssembler> writer) throws Exception {
        var machine = ArmEmulator.in(folder);
        var code = new ArmAssembler();
        writer.accept(code);
        code.ret();
        int block = machine.block(24);
        machine.call(machine.code(code.finish()), ArmEmulator.at(block, 0));
        return machine.run(processor).get(block);
    }

    @Test
    void codeThatStaysInItsMemoryChangesIt() throws Exception {
        byte[] after = run("neoverse-n1", code -> {
            code.movi(v(0).b16(), 7);
            code.str(v(0), ArmGeneral.X0, 8);
        });

        assertThat(after).startsWith(0, 0, 0, 0, 0, 0, 0, 0, 7).endsWith(7);
    }

    @Test
    void aByteBeyondTheEndEndsTheProgram() {
        assertThatThrownBy(() -> run("max", code -> code.str(v(0), ArmGeneral.X0, 9)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aRegisterThatTheCallerWantsBackIsMissed() {
        assertThatThrownBy(() -> run("max", code -> code.movi(v(15).b16(), 1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("changed 1 of sp and d8 to d15");
    }

    @Test
    void anInstructionThatTheProcessorLacksEndsTheProgram() {
        assertThatThrownBy(() -> run("neoverse-n1", code -> code.smmla(v(0).s4(), v(1).b16(), v(2).b16())))
                .isInstanceOf(AssertionError.class);
    }
}
