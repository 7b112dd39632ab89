package orrery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.CatalogException;
import orrery.catalog.Checkpoint;
import orrery.catalog.Slice;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.model.GgufGoldens.Latents;
import orrery.tensor.Tensor;

/**
 * Models whose matrices are quantized to eight bits, wherever their rows divide into blocks, against the same numbers
 * as floats.
 */
class GgufQuantizedTest {
    private static final float SELF = 1e-5f;

    @TempDir
    Path folder;

    /** The reference defines what blocks mean; the loops copy what it reads. */
    static Stream<Arguments> everyFamily() {
        return Stream.of(
                        "gpt2 loops",
                        "llama-3.1 loops",
                        "llama-3.1 scalar",
                        "gemma-2 loops",
                        "gemma-3 scalar",
                        "gemma-3n scalar",
                        "olmo-2-mha loops",
                        "qwen-3 loops",
                        "qwen-3-moe scalar",
                        "llama-4 scalar",
                        "deepseek-v2 scalar",
                        "deepseek-v3 scalar")
                .map(name -> name.split(" "))
                .flatMap(name -> (name[0].startsWith("deepseek")
                                ? Stream.of(Latents.values())
                                : Stream.of(Latents.TOGETHER))
                        .map(latents -> Arguments.argumentSet(
                                name[0] + " " + latents + " on " + name[1], name[0], latents, name[1])));
    }

    private Path write(String golden, Latents latents, String name, GgufStorage storage) {
        // Of 16 elements for each layer, side by side: blocks would span two layers.
        var stored = storage.notFor("per_layer_token_embd.weight");
        return GgufGoldens.write(golden(golden), folder.resolve(name + ".gguf"), latents, stored);
    }

    private static Path golden(String name) {
        return Path.of("src", "test", "resources", "goldens", name);
    }

    private static List<float[]> logits(Rig rig, int[] prompt) {
        rig.sequence().add(prompt);
        return rig.run();
    }

    private static void assertClose(List<float[]> actual, List<float[]> expected) {
        for (int p = 0; p < expected.size(); p++) {
            for (int i = 0; i < expected.get(p).length; i++) {
                assertThat(actual.get(p)[i]).as("logit %d at %d", i, p).isCloseTo(expected.get(p)[i], within(SELF));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyFamily")
    void givesWhatTheSameNumbersGiveAsFloats(String golden, Latents latents, String backend) {
        var blocks = write(golden, latents, "blocks", GgufStorage.EIGHT_BITS);
        var floats = write(golden, latents, "floats", GgufStorage.ROUNDED_TO_EIGHT_BITS);
        assertThat(blocks.toFile().length()).isLessThan(floats.toFile().length());
        try (var reference = new Golden(golden(golden));
                var quantized = new Rig(blocks, Backend.named(backend), 4);
                var plain = new Rig(floats, Backend.named(backend), 4)) {
            int[] prompt = reference.prompt(0);
            var whole = logits(quantized, prompt);
            assertClose(whole, logits(plain, prompt));
            // Token by token takes the other code path of latent attention.
            var sequence = quantized.sequence();
            for (int p = 0; p < prompt.length; p++) {
                sequence.add(prompt[p]);
                assertClose(quantized.run(), List.of(whole.get(p)));
                sequence.forget();
            }
        }
    }

    /** The plain kernels with rounded activations. */
    private static final class Rounding implements Backend {
        @Override
        public String name() {
            return "rounding";
        }

        @Override
        public int preference() {
            return -1;
        }

        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }

        @Override
        public Kernels unchecked(Options options) {
            return new RoundingKernels(Backend.named("scalar").unchecked(options));
        }
    }

    /**
     * The last bit of a float may decide how an activation is rounded, which moves logits by up to a hundredth; wrong
     * results move them by about their own size.
     */
    @ParameterizedTest
    @MethodSource("everyFamily")
    void givesWithMachineCodeWhatRoundedActivationsGive(String golden, Latents latents) {
        assumeTrue(
                Backend.general().stream()
                        .anyMatch(
                                one -> one.name().equals("jit") && one.missing().isEmpty()),
                "machine code cannot be used here");
        var blocks = write(golden, latents, "blocks", GgufStorage.EIGHT_BITS);
        try (var reference = new Golden(golden(golden));
                var rounding = new Rig(blocks, new Rounding(), 4);
                var emitted = new Rig(blocks, Backend.named("jit"), 4)) {
            var expected = logits(rounding, reference.prompt(0));
            var found = logits(emitted, reference.prompt(0));
            double squares = 0;
            double differences = 0;
            for (int p = 0; p < expected.size(); p++) {
                for (int i = 0; i < expected.get(p).length; i++) {
                    squares += Math.pow(expected.get(p)[i], 2);
                    differences += Math.pow(found.get(p)[i] - expected.get(p)[i], 2);
                }
            }
            assertThat(Math.sqrt(differences / squares)).isLessThan(0.02);
        }
    }

    @Test
    void copiesExpertsInBlocks() {
        var blocks = write("qwen-3-moe", Latents.TOGETHER, "blocks", GgufStorage.EIGHT_BITS);
        try (var reference = new Golden(golden("qwen-3-moe"));
                var rig = new Rig(blocks, Backend.named("scalar"), 4);
                var arena = Arena.ofShared()) {
            int[] prompt = reference.prompt(0);
            var stored = logits(rig, prompt);
            var bank = rig.decoder.experts().getFirst();
            for (int expert = 0; expert < bank.count(); expert++) {
                bank.copy(expert, arena.allocate(bank.bytes(expert), Tensor.ALIGNMENT));
            }
            assertClose(logits(rig, prompt), stored);
        }
    }

    @Test
    void cutsASliceOnlyBetweenBlocks() {
        var blocks = write("gemma-3n", Latents.TOGETHER, "blocks", GgufStorage.EIGHT_BITS);
        try (var file = ModelFile.open(blocks)) {
            assertThat(sliced(file, 64).weights()).isNotEmpty();
            assertThatThrownBy(() -> sliced(file, 40))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining(
                            "a slice keeps 40 inputs of mlp.down.weight, which is stored as Q8_0, expected a"
                                    + " multiple of its block of 32");
        }
    }

    private static Checkpoint sliced(ModelFile file, int width) {
        return Catalog.open(file).sliced(Slice.parse("ffn=" + width));
    }

    @Test
    void refusesBlocksThatSpanTwoLayersEmbeddings() {
        var file = GgufGoldens.write(
                golden("gemma-3n"), folder.resolve("spanning.gguf"), Latents.TOGETHER, GgufStorage.EIGHT_BITS);
        try (var model = ModelFile.open(file)) {
            assertThatThrownBy(() -> Catalog.open(model))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("per_layer_token_embd.weight is Q8_0, whose blocks of 32 do not divide into"
                            + " slices of 16 inputs");
        }
    }
}
