package orrery.kernel.jit;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;
import static orrery.kernel.jit.Opmask.K1;
import static orrery.kernel.jit.Vector.zmm;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs emitted code: its results, its memory's protection, and the message if executable memory is forbidden. */
final class ExecutableMemoryTest {
    @BeforeEach
    void machineCodeCanBeTriedHere() {
        assumeTrue(Pages.missing().isEmpty(), () -> Pages.missing().orElse(""));
    }

    @Test
    void aFunctionDoesWhatItsCodeSays() {
        var code = new Assembler(VectorEncoding.VEX);
        code.ret();
        code.align(16);
        var sum = new Label();
        code.place(sum);
        var frame = Frame.of(List.of(RDI, RSI, RDX), Set.of(), 0);
        frame.enter(code);
        code.add(RSI, RDX);
        code.mov(at(RDI), RSI);
        frame.leave(code);

        try (var memory = ExecutableMemory.of(code);
                var arena = Arena.ofConfined()) {
            var out = arena.allocate(JAVA_LONG);
            memory.function(sum).call(out.address(), 40, 2);
            memory.function().call(0);

            assertThat(out.get(JAVA_LONG, 0)).isEqualTo(42);
        }
    }

    @Test
    void memoryIsNeverWritableAndExecutableAtOnce() throws IOException {
        Mappings.assumeReadable();
        var pages = Pages.ofThisSystem();
        var mapped = pages.map(8192);
        assertThat(Mappings.rights(mapped.address())).isEqualTo("rw-p");
        pages.makeExecutable(mapped);
        assertThat(Mappings.rights(mapped.address())).isEqualTo("r-xp");
        pages.unmap(mapped);
        var code = new Assembler(VectorEncoding.VEX);
        code.ret();

        try (var memory = ExecutableMemory.of(code)) {
            assertThat(Mappings.rights(memory.function().entry().address())).isEqualTo("r-xp");
        }
    }

    /** A masked load and store at the end of a mapping: lanes without a bit lie beyond it and must not be accessed. */
    @Test
    void maskedTailsDoNotTouchWhatLiesBehind() {
        assumeTrue(
                Tier.AVX512_VNNI.lacking(Processor.ofThisMachine()).isEmpty(),
                "this processor has no masks of AVX-512");
        var code = new Assembler(VectorEncoding.EVEX);
        var frame = Frame.of(List.of(RDI, RSI), Set.of(RAX), 1);
        frame.enter(code);
        code.mov(RAX, -1);
        code.bzhi(RAX, RAX, RSI);
        code.kmovw(K1, RAX);
        code.vmovups(zmm(0).zeroed(K1), at(RDI));
        code.vaddps(zmm(0), zmm(0), zmm(0));
        code.vmovups(at(RDI).masked(K1), zmm(0));
        frame.leave(code);

        try (var memory = ExecutableMemory.of(code)) {
            var pages = Pages.ofThisSystem();
            var two = pages.map(8192);
            // The second page becomes read-only, so a store that strays ends the JVM.
            pages.makeExecutable(two.asSlice(4096));
            for (int count = 1; count <= 16; count++) {
                var tail = two.asSlice(4096 - 4L * count, 4L * count);
                for (int i = 0; i < count; i++) {
                    tail.setAtIndex(JAVA_FLOAT, i, i + 1f);
                }
                memory.function().call(tail.address(), count);
                for (int i = 0; i < count; i++) {
                    assertThat(tail.getAtIndex(JAVA_FLOAT, i)).isEqualTo(2 * (i + 1f));
                }
            }
            pages.unmap(two);
        }
    }

    /** In a process of its own, because it cannot allow executable memory again. */
    @Test
    void whereMemoryMayNotBecomeExecutableTheReasonIsSaid() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "PR_SET_MDWE is of Linux");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("jdk.module.path", "")
                                + File.pathSeparator
                                + System.getProperty("java.class.path"),
                        DeniedMemory.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assumeTrue(process.exitValue() != DeniedMemory.NOT_KNOWN, "this kernel does not know PR_SET_MDWE");

        assertThat(said)
                .contains("mprotect refused to make memory executable: errno 13 (EACCES)")
                .contains("PR_SET_MDWE");
        assertThat(process.exitValue()).isZero();
    }
}
