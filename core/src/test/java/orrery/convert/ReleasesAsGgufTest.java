package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.CatalogException;
import orrery.catalog.GgufForm;
import orrery.catalog.Release;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.HeadSpec;
import orrery.spec.LayerSpec;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.Scores;

/** Every released model can be described by GGUF's keys; what cannot be described is refused by name. */
class ReleasesAsGgufTest {
    private static final Map<String, String> BY_FAMILY = Map.of(
            "gpt2", "gpt2",
            "llama-3", "llama",
            "mistral", "mistral",
            "gemma-2", "gemma2",
            "gemma-3-", "gemma3_text",
            "gemma-3n", "gemma3n_text",
            "olmo", "olmo2",
            "deepseek-v2", "deepseek_v2",
            "deepseek", "deepseek_v3",
            "llama-4", "llama4_text");

    static List<Release> releases() {
        return Catalog.releases().stream()
                .filter(release -> !release.name().startsWith("openai-gpt")
                        && !release.name().equals("gpt"))
                .toList();
    }

    private static String modelType(String name) {
        if (name.startsWith("qwen3")) {
            return name.matches(".*-a\\d+b.*") ? "qwen3_moe" : "qwen3";
        }
        return BY_FAMILY.entrySet().stream()
                .filter(entry -> name.startsWith(entry.getKey()))
                .max(Comparator.comparing(entry -> entry.getKey().length()))
                .map(Map.Entry::getValue)
                .orElseThrow(() -> new IllegalStateException(name));
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aReleaseNeedsNoKeyThatOtherProgramsDoNotRead(Release release) {
        var form = GgufForm.of(modelType(release.name()), release.spec(), _ -> false);
        assertThat(form.keys()).containsKey("general.architecture");
        var notes = form.notes();
        if (release.name().equals("mistral-7b-v0.1")) {
            assertThat(notes)
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("llama.attention.sliding_window is needed here, but llama.cpp does not read it");
        } else {
            assertThat(notes).isEmpty();
        }
    }

    private static ArchitectureSpec release(String name) {
        return Catalog.release(name).orElseThrow().spec();
    }

    private static ArchitectureSpec changed(ArchitectureSpec spec, UnaryOperator<List<LayerSpec>> layers) {
        return new ArchitectureSpec(
                spec.name(),
                spec.vocabSize(),
                spec.hiddenSize(),
                spec.maxPositions(),
                spec.embedding(),
                layers.apply(new ArrayList<>(spec.layers())),
                spec.finalNorm(),
                spec.head());
    }

    private static void refused(String modelType, ArchitectureSpec spec, String what) {
        assertThatThrownBy(() -> GgufForm.of(modelType, spec, _ -> false))
                .isInstanceOf(CatalogException.class)
                .hasMessage(what);
    }

    @Test
    void refusesWhatAnArchitectureHasNoWordsForAndNamesThePlace() {
        var llama = release("llama-3-8b");
        refused(
                "llama",
                changed(llama, layers -> {
                    var first = layers.getFirst();
                    var attention = ((GroupedQuery) first.attention()).withReach(new Reach.Window(100));
                    layers.set(
                            0,
                            new LayerSpec.Residual(
                                    new orrery.spec.Branch(
                                            first.mixer().before(),
                                            attention,
                                            first.mixer().after(),
                                            first.mixer().outer()),
                                    first.feedForward()));
                    return layers;
                }),
                "a GGUF file cannot say all of llama-3-8b: layers[1].mixer.op.reach is Full and reads back as"
                        + " Window[tokens=100]");
        refused(
                "llama",
                new ArchitectureSpec(
                        llama.name(),
                        llama.vocabSize(),
                        llama.hiddenSize(),
                        llama.maxPositions(),
                        EmbeddingSpec.scaled(2),
                        llama.layers(),
                        llama.finalNorm(),
                        llama.head()),
                "a GGUF file cannot say all of llama-3-8b: embedding.scale is 2.0 and reads back as 1.0");
        refused(
                "llama",
                new ArchitectureSpec(
                        llama.name(),
                        llama.vocabSize(),
                        llama.hiddenSize(),
                        llama.maxPositions(),
                        llama.embedding(),
                        llama.layers(),
                        llama.finalNorm(),
                        new HeadSpec(true, 30)),
                "a GGUF file cannot say all of llama-3-8b: head.softcap is 30.0 and reads back as 0.0");
        refused(
                "olmo2",
                llama,
                "a GGUF file of the architecture olmo2 has no name for the weight layers.0.attention.before.weight of"
                        + " llama-3-8b");
        refused(
                "qwen3",
                llama,
                "a GGUF file cannot say all of llama-3-8b: layers[0].mixer.op.norms.query is None and reads back as"
                        + " Rms[epsilon=9.999999747378752E-6, gain=WEIGHT]");
        refused(
                "llama",
                release("qwen3-8b"),
                "a GGUF file of the architecture llama has no name for the weight layers.0.attention.q_norm.weight of"
                        + " qwen3-8b");
        refused(
                "openai-gpt",
                llama,
                "GGUF has no architecture for model_type \"openai-gpt\", so such a model cannot be converted");
    }

    /**
     * Every change of a spec is either written or refused: the reader of files decides, not a list of allowed
     * differences.
     */
    @Test
    void saysEveryChangeOfASpecOrRefusesIt() {
        var gemma = release("gemma-3-1b");
        var attention = (GroupedQuery) gemma.layers().getFirst().attention();
        var said = new ArrayList<String>();
        for (var other : List.of(
                attention.withReach(new Reach.Window(7)),
                attention.withReach(new Reach.Chunk(512)),
                attention.withPosition(Position.NONE),
                attention.withScores(new Scores(0.3)),
                attention.withScores(attention.scores().withSoftcap(20)),
                attention.withNorms(HeadNorms.NONE),
                attention.withBias())) {
            var changed = changed(gemma, layers -> {
                layers.replaceAll(layer -> layer.attention().equals(attention)
                        ? new LayerSpec.Residual(
                                new orrery.spec.Branch(
                                        layer.mixer().before(),
                                        other,
                                        layer.mixer().after(),
                                        layer.mixer().outer()),
                                layer.feedForward())
                        : layer);
                return layers;
            });
            try {
                var keys = GgufForm.of("gemma3_text", changed, _ -> false).keys();
                said.add(String.valueOf(keys.get("gemma3.attention.sliding_window")));
            } catch (CatalogException refusal) {
                assertThat(refusal).hasMessageContaining("gemma-3-1b");
            }
        }
        assertThat(said)
                .as("a window of another size is all that the keys can say")
                .containsExactly("7");
    }
}
