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
import orrery.report.compare.StructuralDifference.Kind;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;

final class StructuralDifferenceTest {
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
        return StructuralDifference.between(spec(base), spec(other)).stream()
                .map(StructuralDifference::sentence)
                .toList();
    }

    @Test
    void differencesAreEmptyExactlyWhereSpecsAreEqual() {
        for (Release one : Catalog.releases()) {
            for (Release other : Catalog.releases()) {
                var differences = StructuralDifference.between(one.spec(), other.spec());
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
        var sentences = StructuralDifference.between(base, other).stream()
                .map(StructuralDifference::sentence)
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
    void saysWhatOlmoTwoDoesOtherwise() {
        assertThat(sentences("llama-3-8b", "olmo-2-7b"))
                .containsExactly(
                        "gives every query head keys and values of its own: multi-head instead of grouped-query attention",
                        "norms stand after attention and after the feed-forward, inside the residual, instead of before them",
                        "normalises queries and keys over all heads together, before RoPE",
                        "a feed-forward of width 11,008 instead of 14,336",
                        "norm epsilon 1e-06 instead of 1e-05",
                        "a vocabulary of 100,352 tokens instead of 128,256",
                        "contexts of up to 4,096 tokens instead of 8,192");
    }

    @Test
    void saysWhatGemmaThreeDoesOtherwise() {
        assertThat(sentences("mistral-small-3.1-24b", "gemma-3-27b"))
                .startsWith("5 of every 6 layers see only the last 1,024 tokens")
                .contains(
                        "adds a norm after attention and after the feed-forward, inside the residual",
                        "normalises queries and keys head by head, before RoPE",
                        "RoPE theta 10,000 on layers with a window and 1,000,000 on those with full reach, instead of 1,000,000,000",
                        "divides scores by √168 instead of the root of the head size",
                        "62 layers instead of 40");
    }

    @Test
    void saysWhatDeepSeekDoesOtherwise() {
        assertThat(sentences("llama-3.1-405b", "deepseek-v3"))
                .startsWith(
                        "compresses the keys and values of all heads into 512 numbers a token and layer, plus 64 that carry the position: multi-head latent instead of grouped-query attention",
                        "the last 58 of 61 layers choose 8 of 256 experts for each token, plus a shared one that always runs, instead of one feed-forward for all")
                .contains("adds a layer that guesses the token after the next (multi-token prediction)");
    }

    @Test
    void saysWhatGemmaThreeNAdds() {
        assertThat(sentences("gemma-3-4b", "gemma-3n-e4b"))
                .contains(
                        "the last 15 of 35 layers read keys and values of earlier layers instead of making their own",
                        "carries four residual streams from layer to layer instead of one (AltUp)",
                        "adds a low-rank shortcut beside attention (LAuReL, rank 64)",
                        "adds per-layer embeddings: 256 numbers for every layer, looked up by token",
                        "cuts 95 % of the gate's activations to zero on the first 10 of 35 layers");
    }

    @Test
    void saysWhatLlamaFourLeavesOut() {
        assertThat(sentences("llama-3.1-8b", "llama-4-maverick"))
                .contains(
                        "3 of every 4 layers see only tokens of the same chunk of 8,192",
                        "every second layer chooses 1 of 128 experts for each token, plus a shared one that always runs, instead of one feed-forward for all",
                        "leaves out RoPE on every 4th layer");
    }

    @Test
    void structureComesBeforeSizeAndStorage() {
        for (String name : VARIED) {
            assertThat(StructuralDifference.between(spec("gemma-3-4b"), spec(name)))
                    .extracting(StructuralDifference::kind)
                    .isSorted();
        }
    }

    @Test
    void namesOfModelsDoNotMatter() {
        var renamed = spec("gemma-3-4b").withName("olmo");

        assertThat(StructuralDifference.between(spec("gemma-3-4b"), renamed)).isEmpty();
        assertThat(StructuralDifference.between(spec("olmo-2-7b"), renamed))
                .isEqualTo(StructuralDifference.between(spec("olmo-2-7b"), spec("gemma-3-4b")));
    }

    /** The same model with another number of layers is told by that number: windows and borrowed layers follow. */
    @Test
    void layersThatOnlyGoOnAreNoStructure() {
        assertThat(StructuralDifference.between(spec("gemma-3-4b"), spec("gemma-3-27b")))
                .filteredOn(difference -> difference.kind() == Kind.STRUCTURE)
                .extracting(StructuralDifference::sentence)
                .containsExactly("divides scores by √168 instead of the root of the head size");
    }

    @Test
    void expertsOfTheSameKindDifferInSizeOnly() {
        var differences = StructuralDifference.between(spec("qwen3-30b-a3b"), spec("qwen3-235b-a22b"));

        assertThat(differences).extracting(StructuralDifference::kind).containsOnly(Kind.SIZE);
        assertThat(differences)
                .extracting(StructuralDifference::sentence)
                .contains("94 layers instead of 48", "experts of width 1,536 instead of 768");
        assertThat(Stream.of("qwen3-30b-a3b", "qwen3-235b-a22b")
                        .flatMap(name -> spec(name).layers().stream())
                        .map(layer -> layer.feedForward().op().getClass())
                        .collect(Collectors.toSet()))
                .containsExactly((Class) Experts.class);
    }

    @Test
    void comparesTheWholeCatalogQuickly() {
        var specs = Catalog.releases().stream().map(Release::spec).toList();
        long began = System.nanoTime();

        long sentences = specs.stream()
                .flatMap(one -> specs.stream().map(other -> StructuralDifference.between(one, other)))
                .mapToLong(List::size)
                .sum();

        assertThat(sentences).isGreaterThan(10_000);
        // A sixth of it on an idle machine; this catches only what would be noticed.
        assertThat((System.nanoTime() - began) / 1e9).isLessThan(10);
    }

    @Test
    void theKindsAreToldApart() {
        var differences = StructuralDifference.between(spec("llama-3-8b"), spec("gemma-3-4b"));

        for (Kind kind : Kind.values()) {
            assertThat(StructuralDifference.sentences(differences, kind))
                    .as(kind.name())
                    .isNotEmpty();
        }
        assertThat(Arrays.stream(Kind.values())
                        .mapToInt(kind -> StructuralDifference.sentences(differences, kind)
                                .size())
                        .sum())
                .isEqualTo(differences.size());
    }
}
