package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.CatalogException;
import orrery.convert.Conversion;
import orrery.convert.Quantization;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.model.GgufGoldens.Latents;

/**
 * Every golden, converted to GGUF by {@code quantize}: the reference's logits, and the tensors of another converter.
 */
class ConvertedGoldenTest {
    private static final float REFERENCE = 2e-4f;
    private static final Map<String, Path> CONVERTED = new ConcurrentHashMap<>();

    @TempDir
    static Path folder;

    private static Path converted(Path golden) {
        return CONVERTED.computeIfAbsent(golden.getFileName().toString(), name -> {
            var target = folder.resolve(name + ".gguf");
            write(golden, Quantization.F32, target);
            return target;
        });
    }

    private static void write(Path model, Quantization wanted, Path target) {
        try (var conversion = Conversion.open(model, wanted)) {
            conversion.write(target, 2, (_, _) -> {});
        }
    }

    static Stream<Arguments> goldens() {
        return Goldens.all().stream()
                .filter(golden -> !golden.endsWith("openai-gpt"))
                .map(golden -> Arguments.argumentSet(golden.getFileName().toString(), golden));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void givesTheReferencesLogits(Path path) {
        compare(path, converted(path));
    }

    static Stream<Arguments> cases() {
        return Goldens.cases().stream()
                .map(golden -> Arguments.argumentSet(golden.getFileName().toString(), golden));
    }

    /** GGUF has no keys for most of them. */
    @ParameterizedTest
    @MethodSource("cases")
    void givesTheReferencesLogitsOrSaysWhatGgufCannot(Path path) {
        var target = folder.resolve("case-" + path.getFileName() + ".gguf");
        try {
            write(path, Quantization.F32, target);
        } catch (orrery.OrreryException e) {
            assertThat(e).hasMessageContaining("a GGUF file");
            return;
        }
        compare(path, target);
    }

    @Test
    void notesThatOtherProgramsNormLatentsWithTheEpsilonOfTheOtherNorms() {
        var model = Path.of("src", "test", "resources", "cases", "ds3-epsilon");
        try (var conversion = Conversion.open(model, Quantization.F32)) {
            assertThat(conversion.notes())
                    .contains("no key gives the epsilon of the norms on latents: it is 1.0E-6 in every DeepSeek, and"
                            + " llama.cpp assumes that of the other norms");
        }
    }

    private static void compare(Path path, Path converted) {
        try (var golden = new Golden(path);
                var rig = new Rig(converted, Backend.named("scalar"), 4)) {
            for (int s = 0; s < golden.sequences(); s++) {
                rig.sequence().add(golden.prompt(s));
                var logits = rig.run();
                for (int p = 0; p < logits.size(); p++) {
                    var expected = golden.row("logits", s, p);
                    for (int i = 0; i < expected.length; i++) {
                        assertThat(logits.get(p)[i])
                                .as("logit %d of %d at %d", i, s, p)
                                .isCloseTo(expected[i], within(REFERENCE));
                    }
                }
            }
        }
    }

    static Stream<Arguments> draftingGoldens() {
        return Goldens.all().stream()
                .filter(GoldenTest::drafts)
                .map(golden -> Arguments.argumentSet(golden.getFileName().toString(), golden));
    }

    @ParameterizedTest
    @MethodSource("draftingGoldens")
    void draftsAsTheReference(Path path) {
        try (var golden = new Golden(path);
                var rig = new Rig(converted(path), Backend.named("scalar"), 4)) {
            GoldenTest.assertDrafts(golden, rig);
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void isTheSameModelAndUnderstoodInFull(Path golden) {
        var whole = Catalog.describe(golden.toString());
        var described = Catalog.describe(converted(golden).toString());
        assertThat(described.notUnderstood()).isEmpty();
        assertThat(described.spec().weights()).isEqualTo(whole.spec().weights());
        try (var file = ModelFile.open(golden)) {
            // A config may count a draft that the files lack.
            var bound = Catalog.open(file).description().spec();
            assertThat(described.spec().draftWeights()).isEqualTo(bound.draftWeights());
        }
        assertThat(described.spec().caches()).isEqualTo(whole.spec().caches());
        assertThat(described.spec().embedding()).isEqualTo(whole.spec().embedding());
        assertThat(described.spec().head()).isEqualTo(whole.spec().head());
        assertThat(described.spec().maxPositions()).isEqualTo(whole.spec().maxPositions());
        try (var file = ModelFile.open(converted(golden))) {
            assertThat(Catalog.open(file).notes()).isEmpty();
        }
    }

    /** The other converter was written for the reader's tests, after those of llama.cpp. */
    @ParameterizedTest
    @MethodSource("goldens")
    void holdsTheTensorsThatAnotherConverterMakes(Path golden) {
        boolean latent = golden.getFileName().toString().startsWith("deepseek");
        var other = GgufGoldens.write(
                golden,
                folder.resolve("other-" + golden.getFileName() + ".gguf"),
                latent ? Latents.APART : Latents.TOGETHER,
                GgufStorage.FLOATS);
        try (var mine = ModelFile.open(converted(golden));
                var theirs = ModelFile.open(other)) {
            assertThat(mine.tensors().keySet()).isEqualTo(theirs.tensors().keySet());
            mine.tensors().forEach((name, tensor) -> {
                var expected = Objects.requireNonNull(theirs.tensors().get(name));
                assertThat(tensor.shape()).as(name).isEqualTo(expected.shape());
                for (long i = 0; i < tensor.shape().elements(); i++) {
                    float value = orrery.kernel.Elements.of(tensor.data(), tensor.dtype(), i);
                    float wanted = orrery.kernel.Elements.of(expected.data(), expected.dtype(), i);
                    assertThat(value).as("%s[%d]", name, i).isCloseTo(wanted, within(Math.abs(wanted) * 1e-6f));
                }
            });
        }
    }

    @Test
    void refusesWhatGgufHasNoNameFor() {
        var golden = Goldens.all().stream()
                .filter(one -> one.endsWith("openai-gpt"))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> Conversion.open(golden, Quantization.F32))
                .isInstanceOf(CatalogException.class)
                .hasMessage(
                        "GGUF has no architecture for model_type \"openai-gpt\", so such a model cannot be converted");
    }

    @Test
    void convertingAConversionChangesNothingButHowItIsStored() {
        var golden = Goldens.all().stream()
                .filter(one -> one.endsWith("qwen-3-moe"))
                .findFirst()
                .orElseThrow();
        var first = folder.resolve("first.gguf");
        var again = folder.resolve("again.gguf");
        write(golden, Quantization.Q8_0, first);
        write(first, Quantization.Q8_0, again);
        try (var one = ModelFile.open(first);
                var other = ModelFile.open(again)) {
            assertThat(other.metadata().keys()).isEqualTo(one.metadata().keys());
            assertThat(other.tensors().keySet()).isEqualTo(one.tensors().keySet());
            one.tensors().forEach((name, tensor) -> {
                var same = Objects.requireNonNull(other.tensors().get(name));
                assertThat(same.dtype()).isEqualTo(tensor.dtype());
                assertThat(same.data().mismatch(tensor.data())).as(name).isEqualTo(-1);
            });
            assertThat(List.of(one.metadata().integer("general.file_type"))).containsExactly(7);
        }
    }
}
