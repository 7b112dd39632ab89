package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.LayerSpec;
import orrery.spec.Reach;

/** Every released model can be said in GGUF's words, and what cannot is refused by name. */
class ReleasesAsGgufTest {
    private static final Map<String, Architecture> BY_FAMILY = Map.of(
            "gpt2", Architecture.GPT2,
            "llama-3", Architecture.LLAMA,
            "mistral", Architecture.LLAMA,
            "gemma-2", Architecture.GEMMA2,
            "gemma-3-", Architecture.GEMMA3,
            "gemma-3n", Architecture.GEMMA3N,
            "olmo", Architecture.OLMO2,
            "deepseek", Architecture.DEEPSEEK2,
            "llama-4", Architecture.LLAMA4);

    static List<Release> releases() {
        return Catalog.releases().stream()
                .filter(release -> !release.name().startsWith("openai-gpt")
                        && !release.name().equals("gpt"))
                .toList();
    }

    private static Architecture architecture(String name) {
        if (name.startsWith("qwen3")) {
            return name.matches(".*-a\\d+b.*") ? Architecture.QWEN3MOE : Architecture.QWEN3;
        }
        return BY_FAMILY.entrySet().stream()
                .filter(entry -> name.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name));
    }

    @ParameterizedTest
    @MethodSource("releases")
    void aReleaseNeedsNoKeyThatOtherProgramsDoNotRead(Release release) {
        var notes = new ArrayList<String>();
        var metadata = ArchitectureKeys.of(architecture(release.name()), release.spec(), notes);
        assertThat(metadata.keys()).contains("general.architecture");
        if (release.name().equals("mistral-7b-v0.1")) {
            assertThat(notes).hasSize(1).first().asString().startsWith("llama.attention.sliding_window says ");
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

    private static void refused(Architecture architecture, ArchitectureSpec spec, String what) {
        assertThatThrownBy(() -> ArchitectureKeys.of(architecture, spec, new ArrayList<>()))
                .isInstanceOf(ConvertException.class)
                .hasMessage("a GGUF file of the architecture " + architecture + " cannot say that " + spec.name()
                        + " has " + what);
    }

    @Test
    void refusesWhatAnArchitectureHasNoWordsFor() {
        var llama = release("llama-3-8b");
        refused(
                Architecture.LLAMA,
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
                "a window that differs from layer to layer");
        refused(
                Architecture.LLAMA,
                new ArchitectureSpec(
                        llama.name(),
                        llama.vocabSize(),
                        llama.hiddenSize(),
                        llama.maxPositions(),
                        EmbeddingSpec.scaled(2),
                        llama.layers(),
                        llama.finalNorm(),
                        llama.head()),
                "embeddings times 2.0");
        refused(
                Architecture.LLAMA,
                new ArchitectureSpec(
                        llama.name(),
                        llama.vocabSize(),
                        llama.hiddenSize(),
                        llama.maxPositions(),
                        llama.embedding(),
                        llama.layers(),
                        llama.finalNorm(),
                        new HeadSpec(true, 30)),
                "softly capped logits");
        refused(Architecture.OLMO2, llama, "no norms on queries and keys");
        refused(Architecture.QWEN3, release("llama-3.1-8b"), "no norms on queries and keys");
        refused(Architecture.LLAMA, release("qwen3-8b"), "norms of this kind on queries and keys");
    }
}
