package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.catalog.Catalog;
import orrery.format.FormatException;
import orrery.format.GgufMetadata;
import orrery.format.ModelFile;
import orrery.format.Safetensors;
import orrery.format.SafetensorsWriter;
import orrery.kernel.Elements;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

class ConversionTest {
    private static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");
    private static final Path DEMO = Path.of("..", "demo-model");

    @TempDir
    Path folder;

    private Path converted(Path model, Quantization wanted, String name) {
        var target = folder.resolve(name);
        try (var conversion = Conversion.open(model, wanted)) {
            conversion.write(target, 2, (_, _) -> {});
        }
        return target;
    }

    /** A golden with some of its tensors changed. */
    private Path changed(String golden, Consumer<Map<String, Tensor>> change) throws IOException {
        var copy = Files.createDirectory(folder.resolve("changed"));
        Files.copy(GOLDENS.resolve(golden).resolve("config.json"), copy.resolve("config.json"));
        try (var file = Safetensors.open(GOLDENS.resolve(golden).resolve("model.safetensors"))) {
            var tensors = new LinkedHashMap<>(file.tensors());
            change.accept(tensors);
            SafetensorsWriter.write(copy.resolve("model.safetensors"), tensors);
        }
        return copy;
    }

    private static Tensor copyOf(Tensor tensor) {
        return new Tensor(
                tensor.dtype(),
                tensor.shape(),
                java.lang.foreign.MemorySegment.ofArray(tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    }

    private List<String> left() throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeReadsBackAsTheSameModelNearItsNumbers(Quantization wanted) {
        var target = converted(DEMO, wanted, wanted + ".gguf");
        try (var file = ModelFile.open(target);
                var whole = ModelFile.open(DEMO)) {
            var checkpoint = Catalog.open(file);
            var original = Catalog.open(whole);
            assertThat(checkpoint.description().notUnderstood()).isEmpty();
            assertThat(checkpoint.description().spec().weights())
                    .isEqualTo(original.description().spec().weights());
            double off = 0;
            double all = 0;
            for (var path : List.of("layers.1.mlp.down.weight", "embedding.tokens")) {
                var mine =
                        Objects.requireNonNull(checkpoint.weights().get(path)).getFirst();
                var theirs =
                        Objects.requireNonNull(original.weights().get(path)).getFirst();
                for (int i = 0; i < 20_000; i++) {
                    float value = Elements.of(theirs.data(), theirs.dtype(), i);
                    float lost = value - Elements.of(mine.data(), mine.dtype(), i);
                    off += (double) lost * lost;
                    all += (double) value * value;
                }
            }
            // The first digit of a type's name is its number of bits.
            int bits = wanted.dtype().blocked()
                    ? wanted.toString().replaceAll("^\\D*(\\d).*", "$1").charAt(0) - '0'
                    : 9;
            assertThat(Math.sqrt(off / all)).isLessThan(2 / Math.pow(2, bits));
        }
    }

    @Test
    void theSameBytesComeOfAnyNumberOfThreads() throws IOException {
        for (int threads : new int[] {1, 5}) {
            try (var conversion = Conversion.open(DEMO, Quantization.Q4_K_M)) {
                conversion.write(folder.resolve(threads + ".gguf"), threads, (_, _) -> {});
            }
        }
        assertThat(Files.mismatch(folder.resolve("1.gguf"), folder.resolve("5.gguf")))
                .isEqualTo(-1);
    }

    @Test
    void saysBeforehandWhatItWillBe() throws IOException {
        try (var conversion = Conversion.open(DEMO, Quantization.Q4_K_M)) {
            var summary = conversion.summary();
            var target = folder.resolve("demo.gguf");
            var heard = new ArrayList<Long>();
            conversion.write(target, 2, (done, all) -> {
                heard.add(done);
                assertThat(all).isEqualTo(summary.elements());
            });
            assertThat(heard).isSorted().endsWith(summary.elements());
            assertThat(Files.size(target)).isEqualTo(conversion.bytes()).isEqualTo(summary.bytes());
            assertThat(summary.types())
                    .extracting(Summary.Share::dtype)
                    .containsExactly(DType.Q4_K, DType.Q6_K, DType.F32);
            assertThat(summary.elements()).isEqualTo(5_577_728);
            assertThat(summary.bytesBefore()).isEqualTo(2 * 5_577_728);
            assertThat(summary.bitsPerWeight()).isBetween(5.0, 5.5);
        }
    }

    @Test
    void rowsThatAreTooShortAreNamed() {
        try (var conversion = Conversion.open(GOLDENS.resolve("olmo-2-gqa"), Quantization.Q4_K)) {
            assertThat(conversion.notes())
                    .contains(
                            "token_embd.weight and 16 more become F16 instead of Q4_K: rows of 80 elements are not a"
                                    + " multiple of 32",
                            "there is no tokenizer, so the new file has none and cannot take text");
        }
        try (var conversion = Conversion.open(GOLDENS.resolve("llama-3.1"), Quantization.Q6_K)) {
            assertThat(conversion.notes())
                    .anySatisfy(note -> assertThat(note)
                            .startsWith("token_embd.weight and ")
                            .endsWith(" become Q8_0 instead of Q6_K: rows of 64 elements are not a multiple of 256"));
        }
    }

    @Test
    void whatATypeCannotHoldIsNamedWithItsPlaceAndLeavesNothing() throws IOException {
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            var model = changed(
                    "llama-3.1",
                    tensors -> tensors.computeIfPresent("model.layers.1.mlp.up_proj.weight", (_, tensor) -> {
                        var copy = copyOf(tensor);
                        copy.data().set(ValueLayout.JAVA_FLOAT_UNALIGNED, (3 * 64 + 40) * 4L, wrong);
                        return copy;
                    }));
            assertThatThrownBy(() -> converted(model, Quantization.Q8_0, "out.gguf"))
                    .isInstanceOf(ConvertException.class)
                    .hasMessage(model + ": tensor blk.1.ffn_up.weight, row 3, elements 32 to 63: Q8_0 cannot hold "
                            + wrong + ", expected finite numbers");
            assertThatThrownBy(() -> converted(model, Quantization.BF16, "out.gguf"))
                    .isInstanceOf(ConvertException.class)
                    .hasMessage(model + ": tensor blk.1.ffn_up.weight, row 3, element 40: BF16 cannot hold " + wrong
                            + ", expected finite numbers");
            assertThat(left()).containsExactly("changed");
            delete(model);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            for (var entry : entries.toList()) {
                Files.delete(entry);
            }
        }
        Files.delete(directory);
    }

    @Test
    void aNumberBeyondSixteenBitsIsRefusedAndNotMadeInfinite() throws IOException {
        var model = changed(
                "llama-3.1",
                tensors -> tensors.computeIfPresent("model.layers.0.self_attn.v_proj.weight", (_, tensor) -> {
                    var copy = copyOf(tensor);
                    copy.data().set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, 70_000f);
                    return copy;
                }));
        // Small matrices stay F32.
        converted(model, Quantization.F16, "small.gguf");
        var wide = changedWide(model);
        assertThatThrownBy(() -> converted(wide, Quantization.F16, "out.gguf"))
                .isInstanceOf(ConvertException.class)
                .hasMessageEndingWith(
                        "tensor token_embd.weight, row 0, element 0: F16 cannot hold 70000.0, which is beyond its largest number");
    }

    private static Path changedWide(Path model) throws IOException {
        try (var file = Safetensors.open(model.resolve("model.safetensors"))) {
            var tensors = new LinkedHashMap<>(file.tensors());
            tensors.computeIfPresent("model.embed_tokens.weight", (_, tensor) -> {
                var copy = copyOf(tensor);
                copy.data().set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, 70_000f);
                return copy;
            });
            SafetensorsWriter.write(model.resolve("model.safetensors"), tensors);
            return model;
        }
    }

    @Test
    void aFailureHalfWayLeavesTheOldFile() throws IOException {
        var target = Files.writeString(folder.resolve("out.gguf"), "before");
        try (var conversion = Conversion.open(DEMO, Quantization.Q8_0)) {
            assertThatThrownBy(() -> conversion.write(target, 2, (done, all) -> {
                        if (done > all / 2) {
                            throw new FormatException("no space left on the device");
                        }
                    }))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("no space left");
        }
        assertThat(left()).containsExactly("out.gguf");
        assertThat(target).hasContent("before");
    }

    @Test
    void aGgufModelKeepsItsMetadataAndItsNames() throws IOException {
        var first = converted(DEMO, Quantization.BF16, "first.gguf");
        var second = converted(first, Quantization.Q5_K_M, "second.gguf");
        var direct = converted(DEMO, Quantization.Q5_K_M, "direct.gguf");
        var keys = GgufMetadata.of(second).keys();
        assertThat(keys)
                .containsExactlyInAnyOrderElementsOf(GgufMetadata.of(direct).keys());
        try (var one = ModelFile.open(second);
                var other = ModelFile.open(direct);
                var before = ModelFile.open(first)) {
            assertThat(one.metadata().integer("general.file_type")).isEqualTo(17);
            assertThat(before.metadata().integer("general.file_type")).isEqualTo(32);
            assertThat(before.metadata().has("general.quantization_version")).isFalse();
            assertThat(one.tensors().keySet()).isEqualTo(other.tensors().keySet());
            one.tensors()
                    .forEach((name, tensor) -> assertThat(tensor.data()
                                    .mismatch(Objects.requireNonNull(
                                                    other.tensors().get(name))
                                            .data()))
                            .as(name)
                            .isEqualTo(-1));
        }
    }

    @Test
    void aDraftIsNamedForProgramsThatDoNotKnowOne() {
        try (var conversion = Conversion.open(GOLDENS.resolve("deepseek-v3-mtp"), Quantization.F16)) {
            assertThat(conversion.notes())
                    .contains(
                            "the MTP layer comes after the last layer, as blk.3.nextn; programs that do not support it"
                                    + " may refuse the file");
        }
    }

    @Test
    void aDraftGoesInAsTheLayerAfterTheLastWithItsCopiesForProgramsThatWantThem() {
        try (var file = ModelFile.open(converted(GOLDENS.resolve("deepseek-v3-mtp"), Quantization.F16, "mtp.gguf"));
                var before = ModelFile.open(GOLDENS.resolve("deepseek-v3-mtp"))) {
            var checkpoint = Catalog.open(file);
            var original = Catalog.open(before);
            int layers = original.description().spec().layers().size();
            assertThat(checkpoint.notes()).isEmpty();
            assertThat(checkpoint.description().spec().draftWeights())
                    .isEqualTo(original.description().spec().draftWeights());
            assertThat(file.metadata().integer("deepseek2.block_count")).isEqualTo(layers + 1);
            assertThat(file.metadata().integer("deepseek2.nextn_predict_layers"))
                    .isEqualTo(1);
            var block = "blk." + layers + ".";
            assertThat(file.tensors())
                    .containsKeys(
                            block + "nextn.eh_proj.weight",
                            block + "nextn.enorm.weight",
                            block + "nextn.hnorm.weight",
                            block + "nextn.shared_head_norm.weight",
                            block + "attn_q_a.weight",
                            block + "ffn_gate_exps.weight");
        }
    }

    @Test
    void whatOtherProgramsTakeForGrantedIsNamed() {
        try (var conversion = Conversion.open(GOLDENS.resolve("gemma-2"), Quantization.F16)) {
            assertThat(conversion.notes())
                    .contains("gemma2.attention.scale is needed here, but llama.cpp does not read it for gemma2: it"
                            + " assumes one over the root of 24.0");
        }
    }

    /** Slices of 16 inputs, which no block fits into, are in no release. */
    @Test
    void aFileThatCouldNotBeOpenedIsNotKeptAndItsNameForAWhileIsNotTold() {
        var out = folder.resolve("out.gguf");
        assertThatThrownBy(() -> converted(GOLDENS.resolve("gemma-3n"), Quantization.Q8_0, "out.gguf"))
                .isInstanceOf(ConvertException.class)
                .hasMessage(
                        "the new file could not be opened, so it was deleted: " + out
                                + ": per_layer_token_embd.weight is Q8_0, whose blocks of 32 do not divide into slices of 16 inputs");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void projectionsThatNobodyReadsAreKeptForProgramsThatWantThem() throws IOException {
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
            var model = changed("gemma-3n", tensors -> {
                for (int layer = 5; layer < 8; layer++) {
                    var attention = "model.layers." + layer + ".self_attn.";
                    tensors.put(attention + "k_proj.weight", Tensor.zeros(arena, DType.F32, 32, 64));
                    tensors.put(attention + "v_proj.weight", Tensor.zeros(arena, DType.F32, 32, 64));
                    tensors.put(attention + "k_norm.weight", Tensor.zeros(arena, DType.F32, 16));
                }
            });
            try (var file = ModelFile.open(converted(model, Quantization.F32, "out.gguf"))) {
                assertThat(file.tensors())
                        .containsKeys("blk.7.attn_k.weight", "blk.5.attn_v.weight", "blk.6.attn_k_norm.weight");
                assertThat(Catalog.open(file).notes()).isEmpty();
            }
        }
    }
}
