package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.GgufBytes;
import orrery.format.ModelFile;

/** Whatever stands under the keys of a GGUF file, opening it gives a model or one of our own errors. */
class GgufKeysCorruptionTest {
    @TempDir
    Path folder;

    /** A value of every kind in every key: a spec, or an error of ours. */
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
        for (var golden : List.of("llama-3.1", "gemma-3n", "deepseek-v3", "llama-4", "gemma-3", "qwen-3-moe", "gpt2")) {
            var names = new java.util.TreeSet<String>();
            new GgufVariants(folder).write(golden, (keys, _) -> names.addAll(keys.keySet()));
            for (var name : names) {
                for (var value : odd.values()) {
                    var path = new GgufVariants(folder)
                            .write(golden, (keys, _) -> keys.put(name, out -> value.accept(out, name)));
                    cases++;
                    try (var file = ModelFile.open(path)) {
                        assertThat(Catalog.open(file).weights()).isNotEmpty();
                    } catch (orrery.OrreryException e) {
                        assertThat(e.getMessage()).isNotBlank();
                        refused++;
                    }
                }
            }
        }
        assertThat(cases).isGreaterThan(1000);
        assertThat(refused).isBetween(cases / 2, cases - 1);
    }
}
