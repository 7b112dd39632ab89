package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ReleaseNamesTest {
    static Stream<Release> releases() {
        return Catalog.releases().stream();
    }

    @ParameterizedTest
    @CsvSource({
        "Llama-3.1-8B-Instruct, llama-3.1-8b",
        "meta-llama/Meta-Llama-3.1-8B-Instruct, llama-3.1-8b",
        "llama-3-8b-instruct, llama-3-8b",
        "meta-llama-3-8b, llama-3-8b",
        "gemma-3-27b-it, gemma-3-27b",
        "google/gemma-3-270m-it, gemma-3-270m",
        "gemma-2-9b-it, gemma-2-9b",
        "GEMMA-3N-E4B-IT, gemma-3n-e4b",
        "mistral-small-3.1, mistral-small-3.1-24b",
        "mistral-small-3, mistral-small-3-24b",
        "mistral-7b-instruct-v0.2, mistral-7b-v0.2",
        "qwen3-8b-base, qwen3-8b",
        "qwen3-4b-thinking-2507, qwen3-4b-2507",
        "olmo-2-7b-instruct, olmo-2-7b",
        "deepseek-v3-0324, deepseek-v3",
        "deepseek-r1-0528, deepseek-r1",
        "deepseek-v2-lite-chat, deepseek-v2-lite",
        "llama-4-scout-17b, llama-4-scout",
        "openai-community/gpt2, gpt2"
    })
    void findsAReleaseByWhatPeopleCallIt(String called, String name) {
        assertThat(Catalog.release(called)).map(Release::name).contains(name);
        assertThat(Catalog.describe(called).spec().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "qwen3, 'qwen3-0.6b, qwen3-1.7b, '",
        "gemma-3, 'gemma-3-270m, gemma-3-1b, gemma-3-4b, gemma-3-12b, gemma-3-27b'",
        "llama-3.2, 'llama-3.2-1b, llama-3.2-3b'",
        "mistral-small-3.1-24, nearest known are \"mistral-small-3.1-24b\"",
        "deepseek-v9, nearest known are \"deepseek-v",
        "phi-4, 'it has models of these families: GPT-1 and 2, Llama, Mistral, '",
        "mamba-2.8b, it has models of these families"
    })
    void saysWhichModelsANameMayMean(String called, String said) {
        assertThat(Catalog.release(called)).isEmpty();
        assertThatThrownBy(() -> Catalog.describe(called))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith('"' + called + '"')
                .hasMessageContaining(said);
    }

    @Test
    void noAliasMeansTwoReleases() {
        Map<String, String> meanings = new HashMap<>();
        releases().forEach(release -> meanings.put(release.name(), release.name()));
        releases()
                .forEach(release -> release.aliases().forEach(alias -> {
                    assertThat(alias).isEqualTo(alias.toLowerCase(Locale.ROOT));
                    assertThat(meanings.putIfAbsent(alias, release.name()))
                            .as(alias)
                            .isIn(null, release.name());
                }));
        assertThat(meanings).hasSizeGreaterThan(3 * Catalog.releases().size());
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everyReleaseHasItsFacts(Release release) {
        assertThat(release.released())
                .hasValueSatisfying(
                        day -> assertThat(day).isBetween(LocalDate.of(2018, 6, 1), LocalDate.of(2025, 12, 31)));
        assertThat(release.licence()).isPresent();
        release.paper().ifPresent(paper -> assertThat(paper).matches("\\d{4}\\.\\d{5}"));
        assertThat(release.card()).hasHost("huggingface.co").hasPath("/" + release.hubId());
        assertThat(release.hubId()).matches("[\\w-]+/[\\w.-]+");
        assertThat(release.variants()).doesNotContain(release.hubId()).doesNotHaveDuplicates();
    }

    /** arXiv ids begin with year and month: a report may be from at most one year after its release. */
    @ParameterizedTest
    @MethodSource("releases")
    void aReportIsOfTheTimeOfItsRelease(Release release) {
        release.paper().ifPresent(paper -> {
            var written = LocalDate.of(
                    2000 + Integer.parseInt(paper.substring(0, 2)), Integer.parseInt(paper.substring(2, 4)), 1);
            assertThat(written)
                    .isBetween(
                            release.released().orElseThrow().minusYears(1),
                            release.released().orElseThrow().plusYears(1));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.1-8b, 2024-07-23, Llama 3.1 Community License",
        "deepseek-v3, 2024-12-26, DeepSeek Model License",
        "deepseek-r1, 2025-01-20, MIT",
        "gemma-3-27b, 2025-03-12, Gemma Terms of Use",
        "mistral-small-3.1, 2025-03-17, Apache-2.0",
        "olmo-2-7b, 2024-11-26, Apache-2.0",
        "gpt2-xl, 2019-11-05, MIT"
    })
    void saysWhenAndUnderWhatTermsAModelWasReleased(String name, LocalDate day, String licence) {
        var release = Catalog.release(name).orElseThrow();

        assertThat(release.released()).contains(day);
        assertThat(release.licence()).contains(licence);
    }

    @Test
    void aWholeNameGoesBeforeAFileAndAFileBeforeTheBeginningOfAName(@TempDir Path folder) throws Exception {
        Files.createDirectory(folder.resolve("gpt2"));

        assertThat(Catalog.file("gpt2")).isEmpty();
        assertThat(Catalog.file("mistral-small-3.1")).isEmpty();
        assertThat(Catalog.file(folder.toString())).contains(folder);
        assertThat(Catalog.file(folder.resolve("gpt2").toString())).isPresent();
    }
}
