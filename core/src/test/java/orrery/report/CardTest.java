package orrery.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

final class CardTest {
    private static final int WIDTH = 80;

    static Stream<Arguments> everyRelease() {
        return Catalog.releases().stream().map(release -> Arguments.argumentSet(release.name(), release.spec()));
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void fitsIntoEightyColumns(ArchitectureSpec spec) {
        var stored = List.of(new StoredWeights("BF16", 99_999, spec.parameters(), 2 * spec.parameters()));

        var lines = CardLayout.lines(
                ArchitectureReport.of(spec, "family")
                        .with(stored, Optional.empty())
                        .card(),
                WIDTH);

        assertThat(lines)
                .hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat((line.label() + line.text()).length())
                        .as(line.label() + line.text())
                        .isLessThanOrEqualTo(WIDTH));
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void thePartsMakeUpTheWhole(ArchitectureSpec spec) {
        var table = ParameterTable.of(spec);

        assertThat(table.total()).isEqualTo(spec.parameters());
        assertThat(table.rows().stream().mapToLong(ParameterTable.Row::total).sum())
                .isEqualTo(spec.parameters());
        assertThat(table.rows().stream().mapToLong(ParameterTable.Row::active).sum())
                .isEqualTo(spec.activeParameters());
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void everyLayerIsOfOneKindOfEachSort(ArchitectureSpec spec) {
        var kinds = LayerKinds.of(spec);

        assertThat(kinds.layers()).hasSameSizeAs(spec.layers());
        assertThat(kinds.attention().stream()
                        .mapToInt(kind -> kind.layers().size())
                        .sum())
                .isEqualTo(spec.layers().size());
        assertThat(kinds.attention()).extracting(LayerKinds.Kind::name).doesNotHaveDuplicates();
        assertThat(kinds.feedForward()).extracting(LayerKinds.Kind::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void theDataForProgramsAgreesWithTheSpec(ArchitectureSpec spec) {
        var data = ArchitectureReport.of(spec, "family").data();

        assertThat(data)
                .containsEntry("model", Map.of("name", spec.name()))
                .containsEntry("hidden_size", spec.hiddenSize());
        assertThat(data.get("parameters"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("total", spec.parameters())
                .containsEntry("active", spec.activeParameters());
        assertThat((List<?>) data.get("layers")).hasSameSizeAs(spec.layers());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gemma-3-1b       | 4 × (5 sliding 512, 1 full) + 2 sliding 512
            gemma-3-27b      | 10 × (5 sliding 1024, 1 full) + 2 sliding 1024
            llama-4-scout    | 12 × (3 chunked 8192, 1 full)
            deepseek-v3      | 3 dense + 58 MoE 256
            qwen3-30b-a3b    | identical layers
            llama-3.1-8b     | identical layers
            gemma-2-9b       | 21 × (1 sliding 4096, 1 full)
            """)
    void foldsLayersAsPeopleTellThem(String release, String expected) {
        var spec = Catalog.release(release).orElseThrow().spec();

        assertThat(LayerKinds.of(spec).folded()).isEqualTo(expected);
    }

    @Test
    void saysOfDeepSeekV3WhatItsPaperSays() {
        String card = text("deepseek-v3");

        assertThat(card)
                .containsPattern("query heads +128\n")
                .containsPattern("KV latent +512\n")
                .containsPattern("query latent +1,536\n")
                .containsPattern("experts +256\n")
                .containsPattern("active experts per token +8\n")
                .containsPattern("shared expert +width 2,048\n")
                .containsPattern("router scores +sigmoid\n")
                .containsPattern("router correction bias +in the choice only\n")
                .contains("the best 4 of 8, by the sum of their best two", "671,026,419,200")
                .contains("35,136");
    }

    @Test
    void saysWhatGemma3nBorrows() {
        assertThat(text("gemma-3n-e4b"))
                .contains("that of layer 18 in ", "that of layer 19 in ", "4 (AltUp)", "rank 64");
    }

    @Test
    void saysThatGpt2AddsItsPositionsToTheEmbedding() {
        assertThat(text("gpt2-xl"))
                .containsPattern("learned positions +1,024\n")
                .containsPattern("attention biases +yes\n")
                .containsPattern("kind of norm +LayerNorm\n")
                .containsPattern("norm epsilon +1e-05\n");
    }

    @Test
    void saysByWhatFrequenciesAreDivided() {
        var norm = new NormSpec.Rms(1e-5);
        var rope = new Position.Rope(500_000, 4, new RopeScaling.Divided(List.of(1f, 8f)));
        var layer = new LayerSpec.Residual(
                Branch.preNorm(norm, new GroupedQuery(new Heads(2, 1, 4), rope)),
                Branch.preNorm(norm, new FeedForward(8, Activation.SILU)));
        var spec = new ArchitectureSpec(
                "divided", 16, 8, 32, EmbeddingSpec.PLAIN, List.of(layer), norm, new HeadSpec(true, 0));

        assertThat(text(spec))
                .containsPattern("RoPE base +500,000\n")
                .containsPattern("RoPE pairs +half a head apart\n")
                .contains("frequencies divided one by one by 1 to 8");
        var data = ArchitectureReport.of(spec, "family").data();
        assertThat(String.valueOf(data.get("attention"))).contains("{kind=divided, divisors=[1.0, 8.0]}");
        assertPlain(data);
    }

    /** Only kinds of values that JSON is written from. */
    private static void assertPlain(Object value) {
        switch (value) {
            case Map<?, ?> map -> map.values().forEach(CardTest::assertPlain);
            case List<?> list -> list.forEach(CardTest::assertPlain);
            default ->
                assertThat(value).isInstanceOfAny(String.class, Boolean.class, Integer.class, Long.class, Double.class);
        }
    }

    @Test
    void theCacheOfAWindowStopsGrowing() {
        var spec = Catalog.release("gemma-3-27b").orElseThrow().spec();

        var rows = CacheTable.of(spec).rows().stream()
                .collect(Collectors.toMap(CacheTable.Row::tokens, CacheTable.Row::bytes));

        // 10 layers see everything, 52 the last 1,024 tokens; 4,096 elements of 2 bytes per token per layer.
        assertThat(rows)
                .containsEntry(1024L, 62L * 4096 * 2 * 1024)
                .containsEntry(8192L, (10L * 8192 + 52L * 1024) * 4096 * 2)
                .containsKey((long) spec.maxPositions());
    }

    private static String text(String release) {
        return text(Catalog.release(release).orElseThrow().spec());
    }

    private static String text(ArchitectureSpec spec) {
        return CardLayout.lines(ArchitectureReport.of(spec, "family").card(), 1000).stream()
                .map(line -> line.label() + line.text())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void numbersAreAsPeopleReadThem() {
        assertThat(Map.of(
                        Numbers.exact(27_009_346_304L),
                        "27,009,346,304",
                        Numbers.exact(-1000) + " " + Numbers.exact(-999) + " " + Numbers.exact(0),
                        "-1,000 -999 0",
                        Numbers.rounded(999_600),
                        "1.00M",
                        Numbers.rounded(37_552_297_472L),
                        "37.6B",
                        Numbers.bytes(1023),
                        "1023 bytes",
                        Numbers.bytes(1024),
                        "1.00 KiB",
                        Numbers.plain(1e-6),
                        "1e-06",
                        Numbers.plain(2e-4),
                        "2e-04",
                        Numbers.plain(0.125),
                        "0.125",
                        Numbers.plain(500_000),
                        "500,000"))
                .allSatisfy((actual, expected) -> assertThat(actual).isEqualTo(expected));
    }
}
