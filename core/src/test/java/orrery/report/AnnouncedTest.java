package orrery.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.catalog.Catalog;
import orrery.report.compare.ComparedModel;
import orrery.report.compare.Comparison;
import orrery.report.compare.Row;
import orrery.spec.ArchitectureSpec;

/** What makers say is told apart from what configs have, and only of their own releases. */
class AnnouncedTest {
    private static ArchitectureSpec spec(String name) {
        return Catalog.release(name).orElseThrow().spec();
    }

    private static Map<String, Object> data(String what) {
        return ArchitectureReport.of(Catalog.describe(what)).data();
    }

    @ParameterizedTest
    @CsvSource({
        "deepseek-v3, 128K (model card), 163840",
        "deepseek-v2-lite, 32K (model card), 163840",
        "'qwen3-8b', '32,768 native and 131,072 with YaRN (model card)', 40960",
        "'qwen3-0.6b', '32,768 (model card)', 40960",
        "gemma-3-270m, 32K (model card), 32768",
        "gemma-3-1b, 32K (model card), 32768",
        "'mistral-7b-v0.1', '8,192 (arXiv:2310.06825, table 1)', 32768",
        "'mistral-7b-v0.3', not published, 32768",
    })
    void thePublishedContextAndThePositionsOfTheConfigAreTwoFacts(String name, String context, int positions) {
        var facts = Facts.of(spec(name));
        assertThat(facts.words(Property.CONTEXT)).isEqualTo(context);
        assertThat(facts.words(Property.POSITIONS)).isEqualTo(Numbers.exact(positions));
        assertThat(data(name)).containsEntry("max_position_embeddings", positions);
    }

    @Test
    void noCheckpointHasAPublishedContext() {
        var golden = Path.of("src", "test", "resources", "goldens", "deepseek-v3");
        assertThat(data(golden.toString())).doesNotContainKeys("published_context", "release");
        // Not even one that is the same in everything, its name included.
        var copy = spec("deepseek-v3").withName("deepseek-v3");
        assertThat(copy).isEqualTo(spec("deepseek-v3"));
        assertThat(Facts.of(copy).of(Property.CONTEXT)).isEmpty();
        assertThat(data("deepseek-v3"))
                .containsEntry("published_context", Map.of("tokens", 131_072, "text", "128K", "source", "model card"));
    }

    @Test
    void aComparisonSaysWhatWasPublishedAndNothingOfFiles() {
        var of = List.of(
                ComparedModel.of(spec("deepseek-v2"), "a"),
                ComparedModel.of(spec("deepseek-v2-lite"), "b"),
                ComparedModel.of(spec("deepseek-v2").withName("file"), "c"));
        var row = Comparison.of(of).rows().stream()
                .filter(one -> one.label().equals("published context"))
                .findFirst()
                .orElseThrow();
        assertThat(row.cells())
                .extracting(Row.Cell::text)
                .containsExactly("128K (arXiv:2405.04434)", "32K (model card)", "–");
        assertThat(row.differs()).isTrue();
        assertThat(Comparison.of(of).differences(2)).isEmpty();
    }

    /** The sums are the numbers of parameters of the released files. */
    @ParameterizedTest
    @CsvSource({
        "gemma-3-4b, 4300079472",
        "gemma-3-12b, 12187325040",
        "gemma-3-27b, 27432406640",
        "mistral-small-3.1-24b, 24011361280",
        "llama-4-scout, 108641793536",
        "llama-4-maverick, 401583781376",
    })
    void textAndTowerAddUpToTheWholeRelease(String name, long total) {
        var announced = Announced.of(spec(name));
        assertThat(announced.total()).hasValue(total);
        assertThat(announced.leftOut().orElseThrow())
                .startsWith("text part only: the release's vision tower with its projector of ")
                .endsWith(" parameters is not counted");
    }

    @Test
    void gemma3nHasTheSameEncodersInBothSizes() {
        assertThat(Announced.of(spec("gemma-3n-e2b")).total()).hasValue(5_439_438_272L);
        assertThat(Announced.of(spec("gemma-3n-e4b")).total()).hasValue(7_849_978_192L);
        assertThat(Announced.of(spec("gemma-3n-e2b")).leftOut())
                .hasValue("text part only: the release's vision and audio encoders of 983M parameters are not counted");
        assertThat(Announced.of(spec("gemma-3-1b")).leftOut()).isEmpty();
    }

    /** The makers' own 1.91B are the arithmetic without both embedding tables. */
    @Test
    void effectiveParametersAgreeWithTheMakersWord() {
        assertThat(FastMemory.of(spec("gemma-3n-e2b")).orElseThrow().effective())
                .isBetween(1_905_000_000L, 1_915_000_000L);
        assertThat(FastMemory.of(spec("gemma-3n-e4b")).orElseThrow().effective())
                .isBetween(3_950_000_000L, 4_050_000_000L);
    }
}
