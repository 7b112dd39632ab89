package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.format.GgufBytes;
import orrery.format.ModelFile;

/** Opening a GGUF file with arbitrary values gives a model or an OrreryException. */
class GgufKeysCorruptionTest {
    @TempDir
    Path folder;

    /** A value of every kind in every key: a spec, or an OrreryException. */
    @Test
    void survivesEveryKindOfValueInEveryKey() {
        var odd = Map.<String, java.util.function.BiConsumer<GgufBytes, String>>of(
                "text", (out, key) -> out.key(key, "odd"),
                "zero", (out, key) -> out.key(key, 0),
                "one", (out, key) -> out.key(key, 1),
                "largest", (out, key) -> out.key(key, -1),
                "fraction", (out, key) -> out.key(key, 0.3f),
                "not a number", (out, key) -> out.key(key, Float.NaN),
                "flag", (out, key) -> out.key(key, true),
                "none", (out, key) -> out.key(key, new int[0]),
                "numbers", (out, key) -> out.key(key, 1, 2, 3),
                "flags", (out, key) -> out.key(key, true, false));
        int refused = 0;
        int cases = 0;
        for (var golden : List.of("llama-3.1", "gemma-3n", "deepseek-v3", "llama-4", "gpt2")) {
            var names = new java.util.TreeSet<String>();
            new GgufVariants(folder).write(golden, (keys, _) -> names.addAll(keys.keySet()));
            for (var name : names) {
                for (var value : odd.values()) {
                    var path = new GgufVariants(folder)
                            .write(golden, (keys, _) -> keys.put(name, out -> value.accept(out, name)));
                    cases++;
                    try (var file = ModelFile.open(path)) {
                        assertThat(Catalog.open(file).weights()).isNotEmpty();
                    } catch (OrreryException e) {
                        assertThat(e.getMessage()).isNotBlank();
                        refused++;
                    }
                }
            }
        }
        assertThat(cases).isGreaterThan(700);
        assertThat(refused).isBetween(cases / 2, cases - 1);
    }

    /** Names, sizes and types of tensors that still make a readable file, but not this model. */
    @Test
    void survivesBytesAnywhereInTheHeader() throws IOException {
        var random = new SplittableRandom(22);
        int opened = 0;
        int cases = 1500;
        for (var golden : List.of("llama-3.1", "gemma-3n", "deepseek-v3")) {
            var path = new GgufVariants(folder).write(golden, (_, _) -> {});
            byte[] valid = Files.readAllBytes(path);
            int header = 0;
            try (var file = ModelFile.open(path)) {
                long data = file.tensors().values().stream()
                        .mapToLong(tensor -> (tensor.data().byteSize() + 31) / 32 * 32)
                        .sum();
                header = Math.toIntExact(valid.length - data);
            }
            for (int i = 0; i < cases / 3; i++) {
                try (var file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.wrap(valid, 0, header), 0);
                    for (int flips = random.nextInt(1, 3); flips > 0; flips--) {
                        byte[] one = {(byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(4))};
                        file.write(ByteBuffer.wrap(one), random.nextInt(header));
                    }
                }
                try (var file = ModelFile.open(path)) {
                    assertThat(Catalog.open(file).weights()).isNotEmpty();
                    opened++;
                } catch (OrreryException e) {
                    assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(3000);
                }
            }
        }
        assertThat(opened).isBetween(1, cases / 2);
    }
}
