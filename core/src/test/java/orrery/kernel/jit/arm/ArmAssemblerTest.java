package orrery.kernel.jit.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static orrery.kernel.jit.arm.ArmVector.v;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArmAssemblerTest {
    private static final String OBJDUMP = "aarch64-linux-gnu-objdump";
    private static final int SHOWN = 20;

    @TempDir
    private Path folder;

    /** All forms' bytes, one after the other; adds their expected text. */
    private static byte[] allForms(List<String> meant) throws ReflectiveOperationException {
        var code = new ByteArrayOutputStream();
        ArmForms.each((bytes, text) -> {
            code.writeBytes(bytes);
            meant.add(text);
        });
        return code.toByteArray();
    }

    @Test
    void objdumpReadsEveryFormAsItWasMeant() throws Exception {
        assumeTrue(isFound(OBJDUMP), OBJDUMP + " is not on the path");
        var meant = new ArrayList<String>();
        List<String> read = disassembled(allForms(meant));

        var differing = new ArrayList<String>();
        for (int i = 0; i < Math.min(meant.size(), read.size()) && differing.size() < SHOWN; i++) {
            if (!read.get(i).equals(meant.get(i))) {
                differing.add(meant.get(i) + " was read as " + read.get(i));
            }
        }
        assertThat(differing).isEmpty();
        assertThat(read).hasSameSizeAs(meant);
    }

    @Test
    void theDigestIsThatOfTheFormsThatObjdumpRead() throws Exception {
        var meant = new ArrayList<String>();
        byte[] sha = MessageDigest.getInstance("SHA-256").digest(allForms(meant));

        assertThat(meant.size() + " " + HexFormat.of().formatHex(sha))
                .isEqualTo("5271 5b9dc641d006208cdc67685d9451d28d41f0e1e910d3a58e50bb472f4238912d");
    }

    private static boolean isFound(String program) {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private List<String> disassembled(byte[] bytes) throws Exception {
        Path code = Files.write(folder.resolve("code"), bytes);
        Path listing = folder.resolve("listing");
        var objdump = new ProcessBuilder(
                        OBJDUMP, "-D", "-b", "binary", "-m", "aarch64", "--no-show-raw-insn", "-z", code.toString())
                .redirectErrorStream(true)
                .redirectOutput(listing.toFile())
                .start();
        assertThat(objdump.waitFor()).isZero();
        return Files.readAllLines(listing).stream()
                .filter(line -> line.contains(":\t"))
                .map(line -> line.substring(line.indexOf(":\t") + 2)
                        .replaceAll("//.*", "")
                        .replaceAll("\\s+", " ")
                        .strip())
                .toList();
    }

    /** The bytes that GNU as makes of each line. */
    @Test
    void writesTheBytesOfTheGnuAssembler() {
        var code = new ArmAssembler();
        code.sdot(v(31).s4(), v(17).b16(), v(9).b4(3));
        code.smmla(v(1).s4(), v(2).b16(), v(30).b16());
        code.fmla(v(8).s4(), v(16).s4(), v(24).s4(2));
        code.ldr(v(5), ArmGeneral.X6, 120);
        code.ldr(v(5).d(), ArmGeneral.SP, 8);
        code.prfm(ArmGeneral.X7, 4096);
        code.subs(ArmGeneral.X5, ArmGeneral.X5, 1);
        code.ret();

        assertThat(HexFormat.of().formatHex(code.finish()))
                .isEqualTo("3feaa94f41a49e4e081a984fc580c73ce50740fde00088f9a50400f1c0035fd6");
    }

    @Test
    void branchesAndConstantsAreFound() {
        var code = new ArmAssembler();
        var back = new ArmLabel();
        code.ldr(v(3), code.literal(0x01020304));
        code.place(back);
        code.ret();
        code.bne(back);
        byte[] bytes = code.finish();

        assertThat(HexFormat.of().formatHex(bytes, 0, 12)).isEqualTo("0302009cc0035fd6e1ffff54");
        assertThat(HexFormat.of().formatHex(bytes, 64, 80)).isEqualTo("04030201".repeat(4));
        assertThat(bytes).hasSize(80);
    }

    @Test
    void refusesWhatAnInstructionCannotName() {
        var code = new ArmAssembler();

        assertThatIllegalArgumentException().isThrownBy(() -> v(32));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.sdot(v(0).s4(), v(1).s4(), v(2).b16()))
                .withMessage("a register as S4, expected B16");
        assertThatIllegalArgumentException().isThrownBy(() -> code.sdot(v(0).s4(), v(1).b16(), v(2).s4(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> code.sdot(v(0).s4(), v(1).b16(), v(2).b4(4)));
        assertThatIllegalArgumentException().isThrownBy(() -> code.shl(v(0).b16(), v(1).b16(), 8));
        assertThatIllegalArgumentException().isThrownBy(() -> code.ushr(v(0).b16(), v(1).b16(), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> code.ldr(v(0), ArmGeneral.X0, 257));
        assertThatIllegalArgumentException().isThrownBy(() -> code.ldr(v(0), ArmGeneral.X0, -257));
        assertThatIllegalArgumentException().isThrownBy(() -> code.ldr(v(0).s4(), ArmGeneral.X0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> code.add(ArmGeneral.X0, ArmGeneral.X0, 4096));
        assertThatIllegalArgumentException().isThrownBy(() -> code.mov(ArmGeneral.SP, ArmGeneral.X0));
        assertThatIllegalArgumentException().isThrownBy(() -> code.prfm(ArmGeneral.X0, 4));
        assertThat(code.size()).as("what is refused leaves no bytes").isZero();
    }

    @Test
    void aLabelIsPlacedOnceAndBeforeTheEnd() {
        var code = new ArmAssembler();
        var label = new ArmLabel();
        code.bne(label);
        assertThatIllegalStateException().isThrownBy(code::finish);
        code.place(label);
        assertThatIllegalStateException().isThrownBy(() -> code.place(label));
    }
}
