package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All forms of all instructions: compared with objdump's output if it is installed, and otherwise by a digest of bytes
 * that objdump has checked.
 */
final class DisassemblerTest {
    private static final String OBJDUMP = "objdump";
    private static final int SHOWN = 20;

    /** All bytes, one form after the other, and their expected text. */
    private record Forms(byte[] code, List<String> meant) {}

    private static final Map<VectorEncoding, Forms> FORMS = new EnumMap<>(VectorEncoding.class);

    @BeforeAll
    static void assembleAllForms() throws ReflectiveOperationException {
        for (var encoding : VectorEncoding.values()) {
            var code = new ByteArrayOutputStream();
            var meant = new ArrayList<String>();
            InstructionForms.each(encoding, (bytes, text) -> {
                code.writeBytes(bytes);
                meant.add(text);
            });
            FORMS.put(encoding, new Forms(code.toByteArray(), meant));
        }
    }

    @AfterAll
    static void forgetThem() {
        FORMS.clear();
    }

    @TempDir
    private Path folder;

    @Test
    void objdumpReadsEveryVexFormAsItWasMeant() throws Exception {
        assertReadAsMeant(VectorEncoding.VEX);
    }

    @Test
    void objdumpReadsEveryEvexFormAsItWasMeant() throws Exception {
        assertReadAsMeant(VectorEncoding.EVEX);
    }

    @Test
    void theDigestIsThatOfTheFormsThatObjdumpRead() throws Exception {
        assertThat(digest(VectorEncoding.VEX))
                .isEqualTo("35618 52a837a2f76c7d4d8796ebca350269dce27af95f0acd82862fe5d3b2b311ad8e");
        assertThat(digest(VectorEncoding.EVEX))
                .isEqualTo("103696 d9022dbe94a357cec9700d001076ccae087b4ddee56d78c809d0ea469cb7bcf0");
    }

    private static Forms forms(VectorEncoding encoding) {
        return Objects.requireNonNull(FORMS.get(encoding));
    }

    /** The number of forms, and the SHA-256 of all their bytes. */
    private static String digest(VectorEncoding encoding) throws NoSuchAlgorithmException {
        var forms = forms(encoding);
        byte[] sha = MessageDigest.getInstance("SHA-256").digest(forms.code);
        return forms.meant.size() + " " + HexFormat.of().formatHex(sha);
    }

    private void assertReadAsMeant(VectorEncoding encoding) throws IOException, InterruptedException {
        assumeTrue(isFound(), "objdump is not on the path");
        var meant = forms(encoding).meant;
        List<String> read = disassembled(forms(encoding).code);

        var differing = new ArrayList<String>();
        for (int i = 0; i < Math.min(meant.size(), read.size()) && differing.size() < SHOWN; i++) {
            if (!read.get(i).equals(meant.get(i))) {
                differing.add(meant.get(i) + " was read as " + read.get(i));
            }
        }
        assertThat(differing).isEmpty();
        assertThat(read).hasSameSizeAs(meant);
    }

    private static boolean isFound() {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, OBJDUMP)));
    }

    private List<String> disassembled(byte[] bytes) throws IOException, InterruptedException {
        Path code = Files.write(folder.resolve("code"), bytes);
        Path listing = folder.resolve("listing");
        var objdump = new ProcessBuilder(
                        OBJDUMP, "-D", "-b", "binary", "-m", "i386:x86-64", "--no-show-raw-insn", "-w", code.toString())
                .redirectErrorStream(true)
                .redirectOutput(listing.toFile())
                .start();
        assertThat(objdump.waitFor()).isZero();
        return Files.readAllLines(listing).stream()
                .filter(line -> line.contains(":\t"))
                .map(DisassemblerTest::instruction)
                .toList();
    }

    /** Without the address, comments, and differences between versions of objdump. */
    private static String instruction(String line) {
        String text = line.substring(line.indexOf(":\t") + 2)
                .replaceAll("#.*", "")
                .replaceAll("\\s+", " ")
                .replace("{evex} ", "")
                .strip();
        return text.equals("retq") ? "ret" : text;
    }
}
