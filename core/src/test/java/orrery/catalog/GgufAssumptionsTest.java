package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static orrery.catalog.GgufVariants.key;
import static orrery.catalog.GgufVariants.without;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.format.GgufModel;
import orrery.format.ModelFile;
import orrery.model.GgufGoldens.Change;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;
import orrery.spec.Reach;

class GgufAssumptionsTest {
    @TempDir
    private Path folder;

    private List<String> notes(String golden, Change change) {
        var file = new GgufVariants(folder).write(golden, change);
        return Catalog.describe(file.toString()).notes();
    }

    @ParameterizedTest
    @CsvSource({
        "llama-4, llama4.attention.sliding_window, 'chunks of 8,192 tokens are assumed'",
        "gemma-2, gemma2.attention.scale, 'scores are assumed to be divided by the root of 24'",
        "gemma-3, gemma3.attention.scale, 'scores are assumed to be divided by the root of 32'"
    })
    void whatAFileDoesNotSayIsNoted(String golden, String key, String assumed) {
        assertThat(notes(golden, without(key)))
                .anySatisfy(note ->
                        assertThat(note).startsWith(key + " is not given: ").contains(assumed));
        assertThat(notes(golden, without())).noneMatch(note -> note.contains(assumed));
    }

    @Test
    void mscaleAndNormsOfQueriesHaveNoKey() {
        assertThat(notes("deepseek-v3", without()))
                .anyMatch(note -> note.startsWith("no key gives mscale: it is assumed to be mscale_all_dim"));
        assertThat(notes("llama-4", without()))
                .anyMatch(note -> note.startsWith("no key says whether there is a QK-norm"));
    }

    @Test
    void expertsWhoseWeightsMayBeNormedAreNotedUnlessTheFileSaysSo() {
        assertThat(notes("qwen-3-moe", without()))
                .singleElement()
                .asString()
                .startsWith("qwen3moe.expert_weights_norm is not given");
        assertThat(notes(
                        "qwen-3-moe",
                        (keys, _) -> keys.put(
                                "qwen3moe.expert_weights_norm", out -> out.key("qwen3moe.expert_weights_norm", true))))
                .isEmpty();
    }

    @Test
    void aLlamaIsNotedWhereItsSizesAreThoseOfAMistralWithAWindow() {
        var mistral = Catalog.release("mistral-7b-v0.1").orElseThrow().spec();
        var path = new GgufVariants(folder).write("llama-3.1", without());
        try (var file = ModelFile.open(path)) {
            var keys = new GgufKeys((GgufModel) file);
            assertThat(GgufAssumptions.of(keys, withoutWindow(mistral)))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "llama.attention.sliding_window is not given: full attention is assumed; mistral-7b-v0.1,"
                                    + " whose sizes these are, has a window of 4,096 tokens");
            var later = Catalog.release("mistral-7b-v0.3").orElseThrow().spec();
            assertThat(GgufAssumptions.of(keys, later)).isEmpty();
        }
        assertThat(notes("llama-3.1", without())).isEmpty();
        assertThat(notes("mistral-7b-v0.1", key("llama.attention.sliding_window", 9)))
                .isEmpty();
    }

    private static ArchitectureSpec withoutWindow(ArchitectureSpec spec) {
        var layers = new ArrayList<LayerSpec>();
        for (var layer : spec.layers()) {
            if (layer instanceof LayerSpec.Residual(var mixer, var feedForward)
                    && mixer.op() instanceof GroupedQuery attention) {
                layers.add(new LayerSpec.Residual(
                        new orrery.spec.Branch(
                                mixer.before(), attention.withReach(Reach.FULL), mixer.after(), mixer.outer()),
                        feedForward));
            }
        }
        return new ArchitectureSpec(
                spec.name(),
                spec.vocabSize(),
                spec.hiddenSize(),
                spec.maxPositions(),
                spec.embedding(),
                layers,
                spec.finalNorm(),
                spec.head());
    }
}
