package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All forms of all instructions: as objdump reads them, where it is found, and elsewhere by a digest of bytes that it
 * has read.
 */
final class DisassemblerTest {
    private static final String OBJDUMP = "objdump";
    private static final int SHOWN = 20;

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
        assertThat(digest(VectorEncoding.VEX)).isEqualTo("");
        assertThat(digest(VectorEncoding.EVEX)).isEqualTo("");
    }

    /** How many forms there are, and the SHA-256 of all their bytes. */
    private static String digest(VectorEncoding encoding) throws ReflectiveOperationException, NoSuchAlgorithmException {
        var sha = MessageDigest.getInstance("SHA-256");
        var lengths = new ArrayList<Integer>();
        InstructionForms.each(encoding, (bytes, _) -> {
            sha.update(bytes);
            lengths.add(bytes.length);
        });
        return lengths.size() + " " + HexFormat.of().formatHex(sha.digest());
    }

    private void assertReadAsMeant(VectorEncoding encoding) throws Exception {
        assumeTrue(isFound(), "objdump is not on the path");
        var meant = new ArrayList<String>();
        Path code = folder.resolve("code");
        try (var out = Files.newOutputStream(code)) {
            InstructionForms.each(encoding, (bytes, text) -> {
                meant.add(text);
                write(out, bytes);
            });
        }
        List<String> read = disassembled(code);

        var differing = new ArrayList<String>();
        for (int i = 0; i < Math.min(meant.size(), read.size()) && differing.size() < SHOWN; i++) {
            if (!read.get(i).equals(meant.get(i))) {
                differing.add(meant.get(i) + " was read as " + read.get(i));
            }
        }
        assertThat(differing).isEmpty();
        assertThat(read).hasSameSizeAs(meant);
    }

    private static void write(java.io.OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean isFound() {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(java.io.File.pathSeparator)))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, OBJDUMP)));
    }

    private List<String> disassembled(Path code) throws IOException, InterruptedException {
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

    /** Without the address, comments, and what differs between versions of objdump. */
    private static String instruction(String line) {
        String text = line.substring(line.indexOf(":\t") + 2)
                .replaceAll("#.*", "")
                .replaceAll("\\s+", " ")
                .replace("{evex} ", "")
                .strip();
        return text.equals("retq") ? "ret" : text;
    }
}
