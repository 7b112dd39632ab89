package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.convert.Conversion;
import orrery.convert.Quantization;
import orrery.format.ModelFile;
import orrery.format.Safetensors;
import orrery.format.SafetensorsWriter;
import orrery.tensor.Tensor;

/** The demo model, whose config ties its head to its embedding, with other tensors for the two. */
class TiedHeadTest {
    private static final Path DEMO = Path.of("..", "demo-model");
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    @TempDir
    private Path folder;

    private Arena arena;

    @BeforeEach
    void open() {
        arena = Arena.ofAuto();
    }

    private void write(Consumer<Map<String, Tensor>> change) throws IOException {
        Files.copy(DEMO.resolve("config.json"), folder.resolve("config.json"));
        try (var file = Safetensors.open(DEMO.resolve("model.safetensors"))) {
            var tensors = new LinkedHashMap<>(file.tensors());
            change.accept(tensors);
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
        }
    }

    private Checkpoint opened() {
        try (var file = ModelFile.open(folder)) {
            return Catalog.open(file);
        }
    }

    private Tensor like(Tensor other) {
        long[] shape =
                other.shape().dimensions().stream().mapToLong(Long::longValue).toArray();
        return Tensor.zeros(arena, other.dtype(), shape);
    }

    /** Whether the model's GGUF file ties the two. */
    private boolean tiedAsGguf() {
        var target = folder.resolve("converted.gguf");
        try (var conversion = Conversion.open(folder, Quantization.BF16)) {
            conversion.write(target, 1, (_, _) -> {});
        }
        try (var file = ModelFile.open(target)) {
            return Catalog.open(file).description().spec().head().tied();
        }
    }

    private static Tensor of(Map<String, Tensor> tensors) {
        return java.util.Objects.requireNonNull(tensors.get(EMBEDDING));
    }

    @Test
    void aHeadUnlikeTheEmbeddingIsUsed() throws IOException {
        write(tensors -> tensors.put(HEAD, like(of(tensors))));
        var checkpoint = opened();
        var spec = checkpoint.description().spec();
        assertThat(spec.head().tied()).isFalse();
        assertThat(checkpoint.weights()).containsKey("head.weight");
        assertThat(checkpoint.ledger().difference()).isZero();
        assertThat(checkpoint.notes())
                .containsExactly(
                        "the output head has a tensor that differs from the embedding, and it is used, though the"
                                + " config ties the two");
        assertThat(Catalog.describe(folder.toString()).spec().head()).isEqualTo(spec.head());
        assertThat(tiedAsGguf()).isFalse();
    }

    @Test
    void aHeadThatDiffersInItsLastElementAloneIsUsed() throws IOException {
        write(tensors -> {
            var copy = like(of(tensors));
            copy.data().copyFrom(of(tensors).data());
            long last = copy.data().byteSize() - 1;
            byte before = copy.data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, last);
            copy.data().set(java.lang.foreign.ValueLayout.JAVA_BYTE, last, (byte) (before ^ 1));
            tensors.put(HEAD, copy);
        });
        assertThat(opened().description().spec().head().tied()).isFalse();
    }

    @Test
    void aHeadLikeTheEmbeddingStaysTied() throws IOException {
        write(tensors -> tensors.put(HEAD, of(tensors)));
        var checkpoint = opened();
        assertThat(checkpoint.description().spec().head().tied()).isTrue();
        assertThat(checkpoint.weights()).doesNotContainKey("head.weight");
        assertThat(checkpoint.ledger().difference()).isZero();
        assertThat(checkpoint.notes())
                .containsExactly("the output head's tensor is a copy of the embedding, with which the config ties it");
        assertThat(tiedAsGguf()).isTrue();
    }

    @Test
    void aHeadAloneIsTheEmbeddingToo() throws IOException {
        write(tensors -> {
            tensors.put(HEAD, of(tensors));
            tensors.remove(EMBEDDING);
        });
        var checkpoint = opened();
        assertThat(checkpoint.description().spec().head().tied()).isTrue();
        assertThat(checkpoint.weights()).containsKey("embedding.tokens");
        assertThat(checkpoint.ledger().difference()).isZero();
        assertThat(checkpoint.notes())
                .containsExactly("the embedding has no tensor of its own: that of the tied output head is used");
        assertThat(tiedAsGguf()).isTrue();
    }
}
