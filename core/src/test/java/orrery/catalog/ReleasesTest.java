package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.CacheSpec;
import orrery.spec.WeightSpec;

/** The parameters and KV elements of every released model against its card, its report or its files. */
class ReleasesTest {

    /** Name, parameters, KV elements per token over all layers. */
    static Stream<Arguments> published() {
        return Stream.of(
                Arguments.of("openai-gpt", 116_534_784L, 18_432L),
                Arguments.of("gpt2", 124_439_808L, 18_432L),
                Arguments.of("gpt2-medium", 354_823_168L, 49_152L),
                Arguments.of("gpt2-large", 774_030_080L, 92_160L),
                Arguments.of("gpt2-xl", 1_557_611_200L, 153_600L),
                Arguments.of("llama-3-8b", 8_030_261_248L, 65_536L),
                Arguments.of("llama-3-70b", 70_553_706_496L, 163_840L),
                Arguments.of("llama-3.1-8b", 8_030_261_248L, 65_536L),
                Arguments.of("llama-3.1-70b", 70_553_706_496L, 163_840L),
                Arguments.of("llama-3.1-405b", 405_853_388_800L, 258_048L),
                Arguments.of("llama-3.2-1b", 1_235_814_400L, 16_384L),
                Arguments.of("llama-3.2-3b", 3_212_749_824L, 57_344L),
                Arguments.of("llama-3.3-70b", 70_553_706_496L, 163_840L),
                Arguments.of("mistral-7b-v0.1", 7_241_732_096L, 65_536L),
                Arguments.of("mistral-7b-v0.2", 7_241_732_096L, 65_536L),
                Arguments.of("mistral-7b-v0.3", 7_248_023_552L, 65_536L),
                Arguments.of("mistral-small-3-24b", 23_572_403_200L, 81_920L),
                Arguments.of("mistral-small-3.1-24b", 23_572_403_200L, 81_920L),
                Arguments.of("mistral-small-3.2-24b", 23_572_403_200L, 81_920L),
                Arguments.of("gemma-2-2b", 2_614_341_888L, 53_248L),
                Arguments.of("gemma-2-9b", 9_241_705_984L, 172_032L),
                Arguments.of("gemma-2-27b", 27_227_128_320L, 188_416L),
                Arguments.of("gemma-3-270m", 268_098_176L, 9_216L),
                Arguments.of("gemma-3-1b", 999_885_952L, 13_312L),
                Arguments.of("gemma-3-4b", 3_880_263_168L, 69_632L),
                Arguments.of("gemma-3-12b", 11_766_034_176L, 196_608L),
                Arguments.of("gemma-3-27b", 27_009_346_304L, 253_952L),
                Arguments.of("gemma-3n-e2b", 4_456_156_768L, 20_480L),
                Arguments.of("gemma-3n-e4b", 6_866_696_688L, 20_480L),
                Arguments.of("olmo-2-1b", 1_484_916_736L, 65_536L),
                Arguments.of("olmo-2-7b", 7_298_617_344L, 262_144L),
                Arguments.of("olmo-2-13b", 13_716_198_400L, 409_600L),
                Arguments.of("olmo-2-32b", 32_234_279_936L, 131_072L),
                Arguments.of("qwen3-0.6b", 596_049_920L, 57_344L),
                Arguments.of("qwen3-1.7b", 1_720_574_976L, 57_344L),
                Arguments.of("qwen3-4b", 4_022_468_096L, 73_728L),
                Arguments.of("qwen3-8b", 8_190_735_360L, 73_728L),
                Arguments.of("qwen3-14b", 14_768_307_200L, 81_920L),
                Arguments.of("qwen3-32b", 32_762_123_264L, 131_072L),
                Arguments.of("qwen3-30b-a3b", 30_532_122_624L, 49_152L),
                Arguments.of("qwen3-235b-a22b", 235_093_634_560L, 96_256L),
                Arguments.of("qwen3-4b-2507", 4_022_468_096L, 73_728L),
                Arguments.of("qwen3-30b-a3b-2507", 30_532_122_624L, 49_152L),
                Arguments.of("qwen3-235b-a22b-2507", 235_093_634_560L, 96_256L),
                Arguments.of("deepseek-v2-lite", 15_706_484_224L, 15_552L),
                Arguments.of("deepseek-v2", 235_741_434_880L, 34_560L),
                Arguments.of("deepseek-v2.5", 235_741_434_880L, 34_560L),
                Arguments.of("deepseek-v3", 671_026_419_200L, 35_136L),
                Arguments.of("deepseek-r1", 671_026_419_200L, 35_136L),
                Arguments.of("deepseek-v3.1", 671_026_419_200L, 35_136L),
                Arguments.of("llama-4-scout", 107_769_861_120L, 98_304L),
                Arguments.of("llama-4-maverick", 400_711_848_960L, 98_304L));
    }

    @ParameterizedTest
    @MethodSource("published")
    void countsAsItsAuthorsDo(String name, long parameters, long cacheElements) {
        var spec = Catalog.release(name).orElseThrow().spec();
        assertThat(spec.parameters()).isEqualTo(parameters);
        assertThat(spec.cacheElementsPerToken()).isEqualTo(cacheElements);
    }

    @Test
    void everyReleaseIsCheckedHere() {
        var checked = published().map(row -> row.get()[0]).toList();
        assertThat(Catalog.releases().stream().map(Release::name))
                .containsExactlyInAnyOrderElementsOf(
                        checked.stream().map(String.class::cast).toList());
    }

    @Test
    void mixturesActivateWhatTheirCardsSay() {
        var billions = Map.of(
                "qwen3-30b-a3b", 3.353,
                "qwen3-235b-a22b", 22.19,
                "deepseek-v2-lite", 2.66,
                "deepseek-v2", 21.38,
                "deepseek-v3", 37.55,
                "llama-4-scout", 17.17,
                "llama-4-maverick", 17.19);
        billions.forEach((name, active) -> {
            var spec = Catalog.release(name).orElseThrow().spec();
            assertThat(spec.activeParameters() / 1e9).as(name).isCloseTo(active, within(0.006));
        });
    }

    @Test
    void deepSeekV3sDraftIsCountedApart() {
        var spec = Catalog.release("deepseek-v3").orElseThrow().spec();
        assertThat(spec.draftParameters()).isEqualTo(11_610_068_224L);
        assertThat(Catalog.release("deepseek-v2").orElseThrow().spec().draftParameters())
                .isZero();
    }

    @Test
    void densesModelsActivateAllTheyHave() {
        for (var release : Catalog.releases()) {
            var spec = release.spec();
            boolean sparse =
                    spec.weights().values().stream().anyMatch(weight -> weight.activeCopies() < weight.copies());
            assertThat(spec.activeParameters() < spec.parameters())
                    .as(release.name())
                    .isEqualTo(sparse);
        }
    }

    @Test
    void namesAreUniqueAndFoundInAnyCase() {
        var names = new HashSet<String>();
        for (var release : Catalog.releases()) {
            assertThat(names.add(release.name())).as(release.name()).isTrue();
            assertThat(release.name()).isLowerCase();
            assertThat(Catalog.release(release.hubId())).isPresent();
        }
        assertThat(Catalog.release("Gemma-3-27B")).isPresent();
        assertThat(Catalog.release("gemma-3-28b")).isEmpty();
    }

    /**
     * The columns "KV el./token/layer" and "KiB/token bf16" of the reference's table; layers that borrow keep nothing.
     */
    @ParameterizedTest
    @CsvSource({
        "gpt2, 1536, 36",
        "gpt2-medium, 2048, 96",
        "gpt2-large, 2560, 180",
        "gpt2-xl, 3200, 300",
        "llama-3-8b, 2048, 128",
        "llama-3.1-8b, 2048, 128",
        "llama-3.1-70b, 2048, 320",
        "llama-3.1-405b, 2048, 504",
        "llama-3.2-1b, 1024, 32",
        "llama-3.2-3b, 2048, 112",
        "mistral-7b-v0.1, 2048, 128",
        "mistral-small-3.1-24b, 2048, 160",
        "gemma-2-2b, 2048, 104",
        "gemma-2-9b, 4096, 336",
        "gemma-2-27b, 4096, 368",
        "gemma-3-270m, 512, 18",
        "gemma-3-1b, 512, 26",
        "gemma-3-4b, 2048, 136",
        "gemma-3-12b, 4096, 384",
        "gemma-3-27b, 4096, 496",
        "gemma-3n-e2b, 1024, 40",
        "gemma-3n-e4b, 1024, 40",
        "olmo-2-1b, 4096, 128",
        "olmo-2-7b, 8192, 512",
        "olmo-2-13b, 10240, 800",
        "olmo-2-32b, 2048, 256",
        "qwen3-0.6b, 2048, 112",
        "qwen3-1.7b, 2048, 112",
        "qwen3-4b, 2048, 144",
        "qwen3-8b, 2048, 144",
        "qwen3-14b, 2048, 160",
        "qwen3-32b, 2048, 256",
        "qwen3-30b-a3b, 1024, 96",
        "qwen3-235b-a22b, 1024, 188",
        "deepseek-v2-lite, 576, 30.375",
        "deepseek-v2, 576, 67.5",
        "deepseek-v3, 576, 68.625",
        "llama-4-scout, 2048, 192",
        "llama-4-maverick, 2048, 192"
    })
    void remembersOfATokenWhatTheReferenceSays(String name, long aLayer, double kibibytes) {
        var spec = Catalog.release(name).orElseThrow().spec();

        assertThat(spec.caches())
                .filteredOn(CacheSpec.PerToken.class::isInstance)
                .isNotEmpty()
                .allMatch(cache -> cache.elementsPerToken() == aLayer);
        assertThat(spec.cacheElementsPerToken() * 2 / 1024.0).isEqualTo(kibibytes);
    }

    /** The notes under the reference's table: GiB in bf16, with windows and chunks that hold what they can see. */
    @ParameterizedTest
    @CsvSource({
        "gemma-2-9b, 8192, 1.97", "gemma-3n-e2b, 32768, 0.27", "gemma-3n-e4b, 32768, 0.27",
        "llama-4-scout, 1048576, 49.1", "llama-4-maverick, 1048576, 49.1", "gemma-3-1b, 32768, 0.136",
        "gemma-3-4b, 131072, 2.61", "gemma-3-12b, 131072, 8.31", "gemma-3-27b, 131072, 10.41"
    })
    void remembersOfAContextWhatTheReferenceSays(String name, long tokens, String gibibytes) {
        var spec = Catalog.release(name).orElseThrow().spec();
        int decimals = gibibytes.length() - gibibytes.indexOf('.') - 1;

        assertThat(spec.cacheElements(tokens) * 2 / Math.pow(2, 30))
                .isCloseTo(Double.parseDouble(gibibytes), within(0.5000001 * Math.pow(10, -decimals)));
    }

    /** Section 9.8: a token reads one row of each table, so both count as slow memory. */
    @ParameterizedTest
    @CsvSource({"gemma-3n-e2b, 1.905", "gemma-3n-e4b, 3.980"})
    void effectiveParametersLeaveOutBothTables(String name, double billions) {
        var spec = Catalog.release(name).orElseThrow().spec();
        long tables = spec.weights().values().stream()
                .filter(weight -> weight.use() == WeightSpec.Use.LOOKED_UP)
                .mapToLong(WeightSpec::parameters)
                .sum();

        assertThat((spec.parameters() - tables) / 1e9).isCloseTo(billions, within(0.0005));
    }

    /**
     * "Without them 4.435B / 6.835B": the key and value projections that files contain for layers that borrow their KV
     * cache.
     */
    @ParameterizedTest
    @CsvSource({"gemma-3n-e2b, 4.435", "gemma-3n-e4b, 6.835"})
    void whatNobodyReadsTakesNoPartInAToken(String name, double billions) {
        var spec = Catalog.release(name).orElseThrow().spec();

        assertThat(spec.activeParameters() / 1e9).isCloseTo(billions, within(0.0005));
    }

    @Test
    void windowsStopGrowing() {
        var gemma = Catalog.release("gemma-3-27b").orElseThrow().spec();
        // 52 windows of 1,024 and 10 full layers of 4,096 elements each: 10.41 GiB in bf16.
        assertThat(gemma.cacheElements(131_072) * 2 / Math.pow(2, 30)).isCloseTo(10.41, within(0.005));
        var scout = Catalog.release("llama-4-scout").orElseThrow().spec();
        assertThat(scout.cacheElements(1 << 20) * 2 / Math.pow(2, 30)).isCloseTo(49.1, within(0.05));
    }

    @Test
    void layersAreWhereTheReleasesHaveThem() {
        var gemma = Catalog.release("gemma-3-27b").orElseThrow().spec();
        assertThat(gemma.runs()).hasSize(21);
        assertThat(List.copyOf(gemma.runs()).getFirst().count()).isEqualTo(5);
        assertThat(Catalog.release("deepseek-v3").orElseThrow().spec().runs()).hasSize(2);
        assertThat(Catalog.release("llama-4-scout").orElseThrow().spec().runs()).hasSize(24);
    }
}
