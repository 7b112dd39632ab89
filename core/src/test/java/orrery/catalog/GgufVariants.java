package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import orrery.format.ModelFile;
import orrery.model.GgufGoldens;
import orrery.model.GgufGoldens.Change;
import orrery.model.GgufGoldens.Latents;
import orrery.model.GgufStorage;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Position;

/**
 * The goldens as GGUF files with something changed: a key, a tensor.
 *
 * @param folder where the files go
 */
record GgufVariants(Path folder) {
    Path write(String golden, Change change) {
        return GgufGoldens.write(
                Variants.GOLDENS.resolve(golden),
                folder.resolve(golden + ".gguf"),
                Latents.APART,
                GgufStorage.FLOATS,
                change);
    }

    static Change key(String key, int value) {
        return (keys, _) -> keys.put(key, out -> out.key(key, value));
    }

    static Change key(String key, float value) {
        return (keys, _) -> keys.put(key, out -> out.key(key, value));
    }

    static Change key(String key, String value) {
        return (keys, _) -> keys.put(key, out -> out.key(key, value));
    }

    static Change without(String... names) {
        return (keys, tensors) -> {
            for (var name : names) {
                boolean there = keys.remove(name) != null || tensors.remove(name) != null;
                assertThat(there).as(name).isTrue();
            }
        };
    }

    static Change both(Change... changes) {
        return (keys, tensors) -> Arrays.stream(changes).forEach(change -> change.to(keys, tensors));
    }

    ArchitectureSpec spec(String golden, Change change) {
        return Catalog.describe(write(golden, change).toString()).spec();
    }

    static GroupedQuery attention(ArchitectureSpec spec, int layer) {
        return (GroupedQuery) spec.layers().get(layer).attention();
    }

    static Position.Rope rope(ArchitectureSpec spec, int layer) {
        return (Position.Rope) attention(spec, layer).position();
    }

    void refused(String golden, Change change, String message) {
        var path = write(golden, change);
        assertThatThrownBy(() -> {
                    try (var file = ModelFile.open(path)) {
                        Catalog.open(file);
                    }
                })
                .isInstanceOf(orrery.OrreryException.class)
                .hasMessageContaining(golden + ".gguf")
                .hasMessageContaining(message);
    }
}
