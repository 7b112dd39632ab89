package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.tensor.Tensor;

/** Damages valid files at random, with a fixed seed: the result is a readable model or an OrreryException. */
final class CorruptionTest {
    private static final Path GOLDEN = Path.of("src/test/resources/goldens");
    private static final byte[] TELLING =
            "{}[]\",:-+0123456789eE.\\\0\n tfnuIN\u00ff".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    Path directory;

    @Test
    void survivesDamageToAWrittenSafetensorsFile() throws IOException {
        Path path = directory.resolve("model.safetensors");
        SafetensorsWriter.write(path, Tensors.assorted());
        byte[] valid = Files.readAllBytes(path);
        damage(valid, headerEnd(valid), 6_000, 1, path, CorruptionTest::readEveryByte);
    }

    @Test
    void survivesDamageToAGoldenSafetensorsFile() throws IOException {
        byte[] valid = Files.readAllBytes(GOLDEN.resolve("llama-3.2-bf16/model.safetensors"));
        damage(
                valid,
                headerEnd(valid),
                2_000,
                2,
                directory.resolve("golden.safetensors"),
                CorruptionTest::readEveryByte);
    }

    @Test
    void survivesDamageToAConfiguration() throws IOException {
        byte[] valid = Files.readAllBytes(GOLDEN.resolve("gemma-3n/config.json"));
        damage(valid, valid.length, 4_000, 3, directory.resolve("config.json"), CorruptionTest::readEveryKey);
    }

    @Test
    void survivesDamageToAnIndex() throws IOException {
        Path path = directory.resolve(ShardIndex.FILE);
        byte[] valid =
                "{\"metadata\": {\"total_size\": 12}, \"weight_map\": {\"a\": \"a.safetensors\", \"b\": \"b.safetensors\"}}"
                        .getBytes(StandardCharsets.UTF_8);
        damage(
                valid,
                valid.length,
                3_000,
                4,
                path,
                index -> ShardIndex.read(index).files());
    }

    @Test
    void survivesDamageToAGgufFile() throws IOException {
        byte[] valid = GgufBytes.assorted();
        damage(valid, valid.length, 8_000, 5, directory.resolve("model.gguf"), CorruptionTest::readEverythingOfGguf);
    }

    @Test
    void survivesDamageToASplitOfAGgufFile() throws IOException {
        GgufBytes.header(1, 4)
                .key("general.architecture", "test")
                .key("split.no", 0)
                .key("split.count", 2)
                .key("split.tensors.count", 2)
                .tensor("a", 0, 0, 2)
                .aligned(32)
                .zeros(8)
                .to(directory.resolve("m-00001-of-00002.gguf"));
        byte[] valid = GgufBytes.header(1, 3)
                .key("split.no", 1)
                .key("split.count", 2)
                .key("split.tensors.count", 2)
                .tensor("b", 0, 0, 2)
                .aligned(32)
                .zeros(8)
                .array();
        damage(
                valid,
                valid.length,
                3_000,
                6,
                directory.resolve("m-00002-of-00002.gguf"),
                path -> readEverythingOfGguf(path.resolveSibling("m-00001-of-00002.gguf")));
    }

    /** @param telling how many bytes from the start are structure; most of the damage is done there */
    private static void damage(byte[] valid, int telling, int cases, long seed, Path path, Consumer<Path> read)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int opened = 0;
        for (int i = 0; i < cases; i++) {
            byte[] damaged = valid;
            for (int times = random.nextInt(1, 4); times > 0; times--) {
                damaged = damaged(damaged, Math.min(telling, damaged.length), random);
            }
            Files.write(path, damaged);
            try {
                read.accept(path);
                opened++;
            } catch (OrreryException e) {
                assertThat(e.getMessage())
                        .as("seed %s, case %s", seed, i)
                        .isNotBlank()
                        .hasSizeLessThan(2_000);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", case " + i + ": not an error of ours", e);
            }
        }
        assertThat(opened).as("cases that opened, out of " + cases).isBetween(1, cases - 1);
    }

    private static byte[] damaged(byte[] bytes, int telling, SplittableRandom random) {
        if (bytes.length < 2 || telling < 2) {
            return bytes;
        }
        int at = random.nextInt(random.nextInt(8) == 0 ? bytes.length : telling);
        int end = Math.min(bytes.length, at + random.nextInt(1, 40));
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> spliced(bytes, at, at, randomBytes(random.nextInt(1, 12), random));
            case 2 -> spliced(bytes, at, end, new byte[0]);
            case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
            case 4 -> spliced(bytes, at, at + 1, new byte[] {(byte) (bytes[at] ^ (1 << random.nextInt(8)))});
            case 5 -> spliced(bytes, at, at + 1, randomBytes(1, random));
            default -> spliced(bytes, at, at + 1, new byte[] {TELLING[random.nextInt(TELLING.length)]});
        };
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
        return ByteBuffer.allocate(bytes.length - (to - from) + between.length)
                .put(bytes, 0, from)
                .put(between)
                .put(bytes, to, bytes.length - to)
                .array();
    }

    private static byte[] randomBytes(int count, SplittableRandom random) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static int headerEnd(byte[] file) {
        return Math.toIntExact(Long.BYTES
                + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    private static void readEveryByte(Path path) {
        try (Safetensors file = Safetensors.open(path)) {
            for (Tensor tensor : file.tensors().values()) {
                assertThat(Tensors.bytes(tensor)).hasSize((int) tensor.data().byteSize());
            }
        }
    }

    private static void readEverythingOfGguf(Path path) {
        try (ModelFile file = ModelFile.open(path)) {
            for (Tensor tensor : file.tensors().values()) {
                assertThat(Tensors.bytes(tensor)).hasSize((int) tensor.data().byteSize());
            }
            for (String key : file.metadata().keys()) {
                if (file.metadata().isList(key)) {
                    tried(() -> file.metadata().texts(key));
                    tried(() -> file.metadata().integerArray(key));
                    tried(() -> file.metadata().floatArray(key));
                }
            }
        }
    }

    private static void tried(Runnable accessor) {
        try {
            accessor.run();
        } catch (FormatException e) {
            assertThat(e.getMessage()).contains(".gguf: ");
        }
    }

    /** Every accessor on every key: each returns a value or throws an OrreryException. */
    private static void readEveryKey(Path path) {
        Metadata config = Metadata.readJson(path);
        for (String key : config.keys()) {
            List<Runnable> accessors = List.of(
                    () -> config.integer(key),
                    () -> config.decimal(key),
                    () -> config.flag(key),
                    () -> config.text(key),
                    () -> config.integers(key),
                    () -> config.decimals(key),
                    () -> config.texts(key),
                    () -> config.requireChild(key).keys());
            for (Runnable accessor : accessors) {
                try {
                    accessor.run();
                } catch (FormatException e) {
                    assertThat(e.getMessage()).startsWith("config.json: ");
                }
            }
        }
        assertThat(config.unread()).isSubsetOf(innerKeys(config));
    }

    private static List<String> innerKeys(Metadata config) {
        return config.keys().stream()
                .filter(config::isObject)
                .flatMap(key -> config.requireChild(key).keys().stream().map(inner -> key + "." + inner))
                .toList();
    }
}
