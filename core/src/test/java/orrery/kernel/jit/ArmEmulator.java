package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Runs machine code for Arm in qemu's user-mode emulator, in a small program that is compiled for it
 * ({@code arm/harness.c}): each block of memory ends at an inaccessible page.
 */
final class ArmEmulator {
    private static final String COMPILER = "aarch64-linux-gnu-gcc";
    private static final String EMULATOR = "qemu-aarch64";
    private static final int MOST_ARGUMENTS = 8;

    private final Path folder;
    private final List<byte[]> codes = new ArrayList<>();
    private final List<byte[]> blocks = new ArrayList<>();
    private final List<long[]> calls = new ArrayList<>();

    /** An argument: a number, or a place in a block of memory. */
    record Argument(int block, long value) {}

    private ArmEmulator(Path folder) {
        this.folder = folder;
    }

    /** A new one; if the emulator or the compiler is missing, the test is reported as skipped. */
    static ArmEmulator in(Path folder) throws IOException, InterruptedException {
        for (String program : List.of(COMPILER, EMULATOR)) {
            assumeTrue(isFound(program), program + " is not on the path, so no code for Arm is run");
        }
        Path harness = folder.resolve("harness");
        if (!Files.exists(harness)) {
            Path source = folder.resolve("harness.c");
            try (var text = Objects.requireNonNull(ArmEmulator.class.getResourceAsStream("/arm/harness.c"))) {
                Files.copy(text, source);
            }
            // Linked statically, so that the emulator needs no Arm libraries.
            run(folder, COMPILER, "-static", "-O1", "-o", harness.toString(), source.toString());
        }
        return new ArmEmulator(folder);
    }

    static boolean isFound(String program) {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The emulated processor that has the instructions of a tier, and as few others as possible. */
    static String processor(ArmTier tier) {
        return switch (tier) {
            case NEON_I8MM -> "max";
            case NEON_DOTPROD -> "neoverse-n1";
        };
    }

    int code(byte[] code) {
        codes.add(code);
        return codes.size() - 1;
    }

    int block(byte[] content) {
        blocks.add(content);
        return blocks.size() - 1;
    }

    int block(long bytes) {
        return block(new byte[Math.toIntExact(bytes)]);
    }

    static Argument at(int block, long offset) {
        return new Argument(block, offset);
    }

    static Argument number(long value) {
        return new Argument(-1, value);
    }

    /** Adds a call; calls run in order. */
    void call(int code, Argument... arguments) {
        var all = new long[1 + 2 * MOST_ARGUMENTS];
        Arrays.fill(all, -1);
        all[0] = code;
        for (int i = 0; i < arguments.length; i++) {
            all[1 + 2 * i] = arguments[i].block;
            all[2 + 2 * i] = arguments[i].value;
        }
        calls.add(all);
    }

    /** Runs all calls, and returns the blocks' contents after them. */
    List<byte[]> run(String processor) throws IOException, InterruptedException {
        var request = new ByteArrayOutputStream();
        number(request, codes.size());
        codes.forEach(code -> bytes(request, code));
        number(request, blocks.size());
        blocks.forEach(block -> bytes(request, block));
        number(request, calls.size());
        calls.forEach(call -> Arrays.stream(call).forEach(value -> number(request, value)));
        Path from = Files.write(folder.resolve("request"), request.toByteArray());
        Path to = folder.resolve("result");
        run(folder, EMULATOR, "-cpu", processor, folder.resolve("harness").toString(), from.toString(), to.toString());
        var result = ByteBuffer.wrap(Files.readAllBytes(to));
        return blocks.stream()
                .map(block -> {
                    byte[] after = new byte[block.length];
                    result.get(after);
                    return after;
                })
                .toList();
    }

    private static void number(ByteArrayOutputStream to, long value) {
        to.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    private static void bytes(ByteArrayOutputStream to, byte[] content) {
        number(to, content.length);
        to.writeBytes(content);
        to.writeBytes(new byte[-content.length & Long.BYTES - 1]);
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    }
}
