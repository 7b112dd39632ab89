package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.FormatException;
import orrery.format.ModelFile;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

class SliceWriterTest {
    private static final Path WHOLE = Variants.GOLDENS.resolve("gemma-3n");
    private static final Slice SLICE = Slice.parse("layers=0,2-4,6-7;ffn=60");
    private static final SliceWriter.Progress UNHEARD = (_, _) -> {};

    @TempDir
    Path folder;

    private Stream<String> left() throws Exception {
        try (var entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList().stream();
        }
    }

    @Test
    void theFilesHoldWhatTheSpecCounts() {
        var target = folder.resolve("small");

        var written = SliceWriter.write(WHOLE, SLICE, target, false, UNHEARD);

        try (var file = ModelFile.open(target)) {
            var checkpoint = Catalog.open(file);
            var spec = checkpoint.description().spec();
            long elements = file.tensors().values().stream()
                    .mapToLong(tensor -> tensor.shape().elements())
                    .sum();
            assertThat(elements * Float.BYTES).isEqualTo(written.bytes());
            long unused = spec.weights().values().stream()
                    .filter(weight -> weight.use() == orrery.spec.WeightSpec.Use.UNUSED)
                    .mapToLong(orrery.spec.WeightSpec::parameters)
                    .sum();
            assertThat(elements).isIn(spec.parameters(), spec.parameters() - unused);
            assertThat(spec).isEqualTo(SLICE.of(golden()).spec().withName("small"));
            assertThat(checkpoint.description().notUnderstood()).isEmpty();
            assertThat(written.spec()).isEqualTo(spec);
        }
        assertThat(written.copied()).containsExactly("generation_config.json");
        assertThat(written.leftOut())
                .containsExactly("golden.safetensors is not read: model.safetensors holds the weights");
    }

    private static orrery.spec.ArchitectureSpec golden() {
        return Catalog.describe(WHOLE.toString()).spec();
    }

    @Test
    void aSliceOfASliceIsOneSlice() throws Exception {
        var first = folder.resolve("first");
        var second = folder.resolve("second");
        var once = folder.resolve("once");
        SliceWriter.write(WHOLE, SLICE, first, false, UNHEARD);
        SliceWriter.write(first, Slice.parse("layers=0-3,5;ffn=7"), second, false, UNHEARD);

        SliceWriter.write(WHOLE, Slice.parse("layers=0,2-4,7;ffn=7"), once, false, UNHEARD);

        for (var name : new String[] {"model.safetensors", "config.json"}) {
            assertThat(Files.mismatch(second.resolve(name), once.resolve(name)))
                    .as(name)
                    .isEqualTo(-1);
        }
    }

    @Test
    void wrappersKeepTheirFormAndTowersAreLeftOutAndNamed() {
        var text = Variants.config("gemma-3n", config -> config.remove("architectures"));
        text.remove("model_type");
        var config = new LinkedHashMap<String, Object>();
        config.put("model_type", "gemma3n");
        config.put("text_config", text);
        config.put("vision_config", Map.of("hidden_size", 12));
        config.put("audio_config", Map.of());
        UnaryOperator<String> wrapped =
                name -> "model.language_model." + (name.startsWith("model.") ? name.substring(6) : name);
        var source = folder.resolve("wrapped");
        try (var arena = Arena.ofConfined()) {
            Variants.write(source, "gemma-3n", config, wrapped, tensors -> {
                tensors.put("model.vision_tower.stem.weight", Tensor.zeros(arena, DType.F32, 12));
                tensors.put("model.audio_tower.norm.weight", Tensor.zeros(arena, DType.F32, 12));
            });
        }
        var target = folder.resolve("small");

        var written = SliceWriter.write(source, SLICE, target, false, UNHEARD);

        assertThat(written.leftOut())
                .containsExactly(
                        "1 tensor of audio_tower not used: only the text model runs",
                        "1 tensor of vision_tower not used: only the text model runs");
        try (var file = ModelFile.open(target)) {
            assertThat(file.tensors().keySet())
                    .allSatisfy(name -> assertThat(name).startsWith("model.language_model."))
                    .contains("model.language_model.layers.5.mlp.down_proj.weight")
                    .noneMatch(name -> name.contains("layers.6."));
            assertThat(file.metadata().text("model_type")).isEqualTo("gemma3n");
            assertThat(file.metadata().isObject("vision_config")).isTrue();
            assertThat(file.metadata().requireChild("text_config").integer("num_kv_shared_layers"))
                    .isEqualTo(2);
        }
    }

    @Test
    void projectionsThatBorrowingLayersCarryAndNobodyReadsAreCountedAnewToo() {
        var source = folder.resolve("released");
        try (var arena = Arena.ofConfined()) {
            Variants.write(source, "gemma-3n", Variants.config("gemma-3n"), UnaryOperator.identity(), tensors -> {
                for (int layer = 5; layer < 8; layer++) {
                    for (var name : new String[] {"k_proj", "v_proj"}) {
                        tensors.put(
                                "model.layers." + layer + ".self_attn." + name + ".weight",
                                Tensor.zeros(arena, DType.F32, 32, 64));
                    }
                    tensors.put(
                            "model.layers." + layer + ".self_attn.k_norm.weight", Tensor.zeros(arena, DType.F32, 16));
                }
            });
        }

        SliceWriter.write(source, SLICE, folder.resolve("small"), false, UNHEARD);

        try (var file = ModelFile.open(folder.resolve("small"))) {
            long elements = file.tensors().values().stream()
                    .mapToLong(tensor -> tensor.shape().elements())
                    .sum();
            assertThat(elements)
                    .isEqualTo(Catalog.open(file).description().spec().parameters());
            assertThat(file.tensors()).containsKeys("model.layers.4.self_attn.k_proj.weight");
        }
    }

    @Test
    void copiesWhatAModelNeedsToRunAndNothingElse() throws Exception {
        var source = folder.resolve("source");
        Variants.write(source, "gemma-3n", Variants.config("gemma-3n"), UnaryOperator.identity(), _ -> {});
        for (var name :
                new String[] {"tokenizer.json", "chat_template.jinja", "LICENSE", "notes.txt", "optimizer.pt"}) {
            Files.writeString(source.resolve(name), name);
        }
        Files.createDirectory(source.resolve("additional_chat_templates"));
        Files.writeString(source.resolve("additional_chat_templates").resolve("tool_use.jinja"), "{{ 1 }}");

        var written = SliceWriter.write(source, SLICE, folder.resolve("small"), false, UNHEARD);

        assertThat(written.copied())
                .containsExactly("LICENSE", "additional_chat_templates", "chat_template.jinja", "tokenizer.json");
        assertThat(folder.resolve("small").resolve("additional_chat_templates").resolve("tool_use.jinja"))
                .hasContent("{{ 1 }}");
        assertThat(folder.resolve("small").resolve("tokenizer.json")).hasContent("tokenizer.json");
    }

    @Test
    void tellsHowFarItIsAndEndsAtTheWhole() {
        var heard = new java.util.ArrayList<Long>();

        var written = SliceWriter.write(WHOLE, SLICE, folder.resolve("small"), false, (bytes, all) -> {
            heard.add(bytes);
            assertThat(all).isGreaterThanOrEqualTo(bytes);
        });

        assertThat(heard).isSorted().endsWith(written.bytes());
    }

    @Test
    void aFailureHalfWayLeavesNothingBehindAndTheOldModelInPlace() throws Exception {
        var target = folder.resolve("small");
        SliceWriter.write(WHOLE, Slice.parse("ffn=3"), target, false, UNHEARD);
        var before = Files.readAllBytes(target.resolve("model.safetensors"));

        assertThatThrownBy(() -> SliceWriter.write(WHOLE, SLICE, target, true, (bytes, all) -> {
                    if (bytes > all / 2) {
                        throw new FormatException("no space left on the device");
                    }
                }))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("no space left");

        assertThat(left()).containsExactly("small");
        assertThat(target.resolve("model.safetensors")).hasBinaryContent(before);
    }

    @Test
    void whatCannotBeWrittenIsSaidWithThePlace() throws Exception {
        // No user can create directories there, not even root.
        var target = Path.of("/proc", "self", "small");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc", "self")), "there is no procfs");

        assertThatThrownBy(() -> SliceWriter.write(WHOLE, SLICE, target, false, UNHEARD))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("could not write " + target);
        assertThatThrownBy(() -> SliceWriter.write(WHOLE, SLICE, folder.resolve("no/such"), false, UNHEARD))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("is not a directory");
        assertThat(left()).isEmpty();
    }

    @Test
    void replacesAModelOnlyWhenToldAndNothingElse() throws Exception {
        var target = folder.resolve("small");
        SliceWriter.write(WHOLE, Slice.parse("ffn=3"), target, false, UNHEARD);
        assertThatThrownBy(() -> SliceWriter.write(WHOLE, SLICE, target, false, UNHEARD))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("exists already");
        SliceWriter.write(WHOLE, SLICE, target, true, UNHEARD);
        assertThat(Catalog.describe(target.toString()).spec().layers()).hasSize(6);

        var other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("diary.txt"), "dear diary");
        assertThatThrownBy(() -> SliceWriter.write(WHOLE, SLICE, other, true, UNHEARD))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("holds no config.json; only a model's directory");
        assertThatThrownBy(() -> SliceWriter.write(target, Slice.parse("ffn=3"), target, true, UNHEARD))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("is the model that is cut");
        assertThat(left()).containsExactly("other", "small");
    }
}
