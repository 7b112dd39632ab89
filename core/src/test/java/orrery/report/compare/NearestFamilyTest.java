package orrery.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.compare.Difference.Kind;
import orrery.spec.ArchitectureSpec;

final class NearestFamilyTest {
    private static final List<ComparedModel> KNOWN = Catalog.releases().stream()
            .map(release -> new ComparedModel(release.name(), "", release.spec()))
            .toList();

    private static ArchitectureSpec spec(String name) {
        return Catalog.release(name).orElseThrow().spec();
    }

    @Test
    void everyReleaseIsNearestToItselfOrToItsEqual() {
        for (Release release : Catalog.releases()) {
            var nearest = NearestFamily.of(release.spec(), KNOWN).orElseThrow();

            assertThat(nearest.differences()).as(release.name()).isEmpty();
            assertThat(nearest.sentence())
                    .isEqualTo("is built like " + nearest.known().name());
        }
    }

    /** Fewer layers and another vocabulary, as a small model of one's own has. */
    @ParameterizedTest
    @CsvSource({
        "gemma-3-4b, Gemma 3",
        "olmo-2-7b, OLMo 2",
        "gpt2-xl, GPT",
        "gemma-3n-e2b, Gemma 3n",
        "qwen3-30b-a3b, Qwen 3",
        "deepseek-v3, DeepSeek",
        "llama-4-scout, Llama 4"
    })
    void aSmallerModelIsNearToItsOwnFamily(String name, String family) {
        var whole = spec(name);
        var own = new ArchitectureSpec(
                "own",
                1013,
                whole.hiddenSize(),
                512,
                whole.embedding(),
                whole.layers().subList(0, Math.min(22, whole.layers().size())),
                whole.finalNorm(),
                whole.head(),
                whole.draft());

        var nearest = NearestFamily.of(own, KNOWN).orElseThrow();

        assertThat(Catalog.describe(nearest.known().name()).family()).startsWith(family);
        assertThat(nearest.sentence())
                .startsWith("differs from " + nearest.known().name() + ": ")
                .contains("vocabulary 1,013 instead of ");
    }

    @Test
    void structureOutweighsAnySize() {
        var llama = spec("llama-3-8b");
        var tiny = llama.withName("tiny");
        var sameSizes = new ComparedModel(
                "same sizes, tied",
                "",
                new ArchitectureSpec(
                        "tied",
                        llama.vocabSize(),
                        llama.hiddenSize(),
                        llama.maxPositions(),
                        llama.embedding(),
                        llama.layers(),
                        llama.finalNorm(),
                        new orrery.spec.HeadSpec(true, 0)));
        var larger = new ComparedModel("larger", "", spec("llama-3-70b"));

        var nearest = NearestFamily.of(tiny, List.of(sameSizes, larger)).orElseThrow();

        assertThat(nearest.known()).isEqualTo(larger);
        assertThat(nearest.differences()).extracting(Difference::kind).containsOnly(Kind.SIZE);
    }

    @Test
    void nothingIsNearWhereNothingIsKnown() {
        assertThat(NearestFamily.of(spec("gpt2"), List.of())).isEmpty();
    }
}
