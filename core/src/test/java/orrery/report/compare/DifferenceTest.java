package orrery.report.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.compare.Difference.Kind;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;

final class DifferenceTest {
    /** Between them they have every mechanism. */
    private static final List<String> VARIED = List.of(
            "openai-gpt",
            "gpt2",
            "llama-3.1-8b",
            "mistral-7b-v0.1",
            "gemma-2-2b",
            "gemma-3-1b",
            "gemma-3n-e2b",
            "olmo-2-1b",
            "qwen3-30b-a3b",
            "deepseek-v2-lite",
            "deepseek-v3",
            "llama-4-scout");

    private static ArchitectureSpec spec(String name) {
        return Catalog.release(name).orElseThrow().spec();
    }

    private static List<String> sentences(String base, String other) {
        return Difference.between(spec(base), spec(other)).stream()
                .map(Difference::sentence)
                .toList();
    }

    @Test
    void differencesAreEmptyExactlyWhereSpecsAreEqual() {
        for (Release one : Catalog.releases()) {
            for (Release other : Catalog.releases()) {
                var differences = Difference.between(one.spec(), other.spec());
                assertThat(differences.isEmpty())
                        .as(one.name() + " and " + other.name())
                        .isEqualTo(one.spec().withName("").equals(other.spec().withName("")));
                assertThat(differences).doesNotHaveDuplicates();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai-gpt",
                "gpt2",
                "llama-3.1-8b",
                "mistral-7b-v0.1",
                "gemma-2-2b",
                "gemma-3-1b",
                "gemma-3n-e2b",
                "olmo-2-1b",
                "qwen3-30b-a3b",
                "deepseek-v2-lite",
                "deepseek-v3",
                "llama-4-scout"
            })
    void everyChangeOfAComponentHasASentenceInBothDirections(String name) {
        var spec = spec(name);

        var variants = new SpecVariants().of(spec);

        assertThat(variants).hasSizeGreaterThan(100).allSatisfy(variant -> {
            assertThat(sentencesOf(spec, variant.spec()))
                    .as(name + variant.where())
                    .isNotEmpty();
            assertThat(sentencesOf(variant.spec(), spec))
                    .as(name + variant.where())
                    .isNotEmpty();
        });
    }

    private static List<String> sentencesOf(ArchitectureSpec base, ArchitectureSpec other) {
        var sentences = Difference.between(base, other).stream()
                .map(Difference::sentence)
                .toList();
        assertThat(sentences)
                .allSatisfy(sentence -> assertThat(sentence)
                        .isNotBlank()
                        .doesNotContain("Optional", "  ", "instead of instead", "null")
                        .doesNotEndWith(" of")
                        .doesNotEndWith(" on"));
        return sentences;
    }

    @Test
    void changesEveryComponentOfEveryRecordOfTheReleases() {
        var variants = new SpecVariants();
        var components = new TreeSet<String>();
        for (String name : VARIED) {
            variants.of(spec(name));
            collect(spec(name), components, new HashSet<>());
        }

        assertThat(components).hasSizeGreaterThan(60).isSubsetOf(variants.changed());
    }

    private static void collect(Object value, Set<String> components, Set<Object> seen) {
        switch (value) {
            case Record one
            when seen.add(one) -> {
                for (var component : one.getClass().getRecordComponents()) {
                    components.add(one.getClass().getSimpleName() + "." + component.getName());
                    try {
                        collect(component.getAccessor().invoke(one), components, seen);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            case List<?> list -> list.forEach(element -> collect(element, components, seen));
            case java.util.Optional<?> some -> some.ifPresent(element -> collect(element, components, seen));
            default -> {}
        }
    }

    @Test
    void saysWhatOlmoTwoDoesDifferently() {
        assertThat(sentences("llama-3-8b", "olmo-2-7b"))
                .containsExactly(
                        "multi-head attention (MHA) instead of grouped-query attention (GQA)",
                        "adds QK-norm: RMSNorm over all heads, before RoPE",
                        "norms after, within the residual branch (post-norm), instead of before (pre-norm)",
                        "positions 4,096 instead of 8,192",
                        "32 KV heads instead of 8",
                        "8,192 values cached per token per layer instead of 2,048",
                        "feed-forward width 11,008 instead of 14,336",
                        "norm epsilon 1e-06 instead of 1e-05",
                        "vocabulary 100,352 instead of 128,256");
    }

    @Test
    void saysWhatGemmaThreeDoesDifferently() {
        assertThat(sentences("mistral-small-3.1-24b", "gemma-3-27b"))
                .startsWith("sliding window of 1,024 tokens in 5 of every 6 layers and full attention in the others,"
                        + " instead of full attention")
                .contains(
                        "norms before and after (sandwich) instead of before (pre-norm)",
                        "adds QK-norm: RMSNorm per head, before RoPE",
                        "RoPE base 10,000 in sliding-window layers and 1,000,000 in full-attention layers,"
                                + " instead of 1,000,000,000",
                        "score scale 1/√168 instead of 1/√128",
                        "62 layers instead of 40");
    }

    @Test
    void saysWhatDeepSeekDoesDifferently() {
        assertThat(sentences("llama-3.1-405b", "deepseek-v3"))
                .contains(
                        "multi-head latent attention (MLA) instead of grouped-query attention (GQA)",
                        "576 values cached per token per layer instead of 2,048",
                        "dense feed-forward in the first 3 of 61 layers and mixture of experts (MoE) in the others,"
                                + " instead of dense feed-forward",
                        "adds an MTP layer: 11.6B parameters, not counted");
    }

    @Test
    void saysWhatGemmaThreeNAdds() {
        assertThat(sentences("gemma-3-4b", "gemma-3n-e4b"))
                .contains(
                        "adds residual streams: 4 (AltUp)",
                        "adds a low-rank residual (LAuReL): rank 64",
                        "adds per-layer embeddings: 256",
                        "adds activation sparsity: 95 % of the gate cut to zero in the first 10 of 35 layers")
                .anySatisfy(sentence -> assertThat(sentence).startsWith("adds shared KV cache: that of layer 18 in "));
    }

    @Test
    void saysWhatLlamaFourLeavesOut() {
        assertThat(sentences("llama-3.1-8b", "llama-4-maverick"))
                .contains(
                        "chunks of 8,192 tokens in 3 of every 4 layers and full attention in the others,"
                                + " instead of full attention",
                        "RoPE in chunked-attention layers, instead of RoPE");
    }

    @Test
    void structureComesBeforeSizeAndStorage() {
        for (String name : VARIED) {
            assertThat(Difference.between(spec("gemma-3-4b"), spec(name)))
                    .extracting(Difference::kind)
                    .isSorted();
        }
    }

    @Test
    void namesOfModelsDoNotMatter() {
        var renamed = spec("gemma-3-4b").withName("olmo");

        assertThat(Difference.between(spec("gemma-3-4b"), renamed)).isEmpty();
        assertThat(Difference.between(spec("olmo-2-7b"), renamed))
                .isEqualTo(Difference.between(spec("olmo-2-7b"), spec("gemma-3-4b")));
    }

    /** The same model with another number of layers is told by that number: windows and borrowed layers follow. */
    @Test
    void layersThatOnlyGoOnAreNoStructure() {
        assertThat(Difference.between(spec("gemma-3-4b"), spec("gemma-3-27b")))
                .filteredOn(difference -> difference.kind() == Kind.STRUCTURE)
                .extracting(Difference::sentence)
                .containsExactly("score scale 1/√168 instead of 1/√256");
    }

    @Test
    void expertsOfTheSameKindDifferInSizeOnly() {
        var differences = Difference.between(spec("qwen3-30b-a3b"), spec("qwen3-235b-a22b"));

        assertThat(differences).extracting(Difference::kind).containsOnly(Kind.SIZE);
        assertThat(differences)
                .extracting(Difference::sentence)
                .contains("94 layers instead of 48", "expert width 1,536 instead of 768");
        assertThat(Stream.of("qwen3-30b-a3b", "qwen3-235b-a22b")
                        .flatMap(name -> spec(name).layers().stream())
                        .map(layer -> layer.feedForward().op().getClass())
                        .collect(Collectors.toSet()))
                .containsExactly((Class) Experts.class);
    }

    @Test
    void comparesEveryPairOfReleases() {
        var specs = Catalog.releases().stream().map(Release::spec).toList();
        long sentences = specs.stream()
                .flatMap(one -> specs.stream().map(other -> Difference.between(one, other)))
                .mapToLong(List::size)
                .sum();

        assertThat(sentences).isGreaterThan(10_000);
    }

    @Test
    void theKindsAreToldApart() {
        var differences = Difference.between(spec("llama-3-8b"), spec("gemma-3-4b"));

        for (Kind kind : Kind.values()) {
            assertThat(Difference.sentences(differences, kind)).as(kind.name()).isNotEmpty();
        }
        assertThat(Arrays.stream(Kind.values())
                        .mapToInt(
                                kind -> Difference.sentences(differences, kind).size())
                        .sum())
                .isEqualTo(differences.size());
    }
}
