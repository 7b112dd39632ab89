package orrery.atlas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.Topic;
import orrery.report.compare.ComparedModel;
import orrery.report.compare.Comparison;
import orrery.report.compare.Row;
import orrery.spec.ArchitectureSpec;

/** Formulas that pages show, and what follows from specs without being written anywhere. */
final class ReckoningTest {
    static List<Release> releases() {
        return Catalog.releases();
    }

    private static ArchitectureSpec spec(String name) {
        return Catalog.release(name).orElseThrow().spec();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void formulasComeToWhatTheSpecCounts(Release release) {
        var spec = release.spec();

        assertThat(value(Reckoning.total(spec))).isEqualTo(spec.parameters());
        assertThat(value(Reckoning.active(spec))).isEqualTo(spec.activeParameters());
        assertThat(value(Reckoning.cachePerToken(spec))).isEqualTo(spec.cacheElementsPerToken());
        for (long tokens : new long[] {1, 513, spec.maxPositions()}) {
            assertThat(value(Reckoning.cacheAt(spec, tokens, 2))).isEqualTo(2 * spec.cacheElements(tokens));
        }
    }

    /**
     * Computes what stands before the last equals sign; words and what is in brackets after a count of layers are
     * names.
     */
    private static long value(Reckoning reckoning) {
        String left = reckoning.formula().substring(0, reckoning.formula().lastIndexOf('='));
        String sum = left.replace(",", "")
                .replaceAll("\\(reads another layer's\\)", "")
                .replaceAll("(layers?) \\([^()]*\\)", "$1")
                .replaceAll("[^0-9+×()]", "");
        return new Sum(sum).value();
    }

    /** Sums, products and brackets over whole numbers. */
    private static final class Sum {
        private final String text;
        private int at;

        Sum(String text) {
            this.text = text;
        }

        long value() {
            long value = sum();
            assertThat(at).as(text).isEqualTo(text.length());
            return value;
        }

        private long sum() {
            long value = product();
            while (at < text.length() && text.charAt(at) == '+') {
                at++;
                value += product();
            }
            return value;
        }

        private long product() {
            long value = factor();
            while (at < text.length() && text.charAt(at) == '×') {
                at++;
                value *= factor();
            }
            return value;
        }

        private long factor() {
            if (at < text.length() && text.charAt(at) == '(') {
                at++;
                long value = sum();
                at++;
                return value;
            }
            int from = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            return at == from ? 0 : new BigDecimal(text.substring(from, at)).longValueExact();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            deepseek-v3   | 61 layers × (512 latent + 64 with RoPE) = 35,136 values
            llama-3.1-8b  | 32 layers × 2 × 8 KV heads × 128 = 65,536 values
            gemma-3-27b   | 52 layers (sliding 1024) × 2 × 16 KV heads × 128 + 10 layers (full) × 2 × 16 KV heads × 128 = 253,952 values
            """)
    void theCacheOfATokenIsToldWithTheModelsOwnNumbers(String name, String formula) {
        assertThat(Reckoning.cachePerToken(spec(name)).formula()).isEqualTo(formula);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everyMechanismOfEveryModelHasItsCost(Release release) {
        var used = Mechanism.of(release.spec());

        assertThat(used).isNotEmpty();
        for (var mechanism : used) {
            var cost = MechanismCost.of(mechanism, release.spec());
            assertThat(cost.number())
                    .as("%s of %s", mechanism, release.name())
                    .isFinite()
                    .isNotNegative();
            assertThat(cost.formula()).isNotBlank();
        }
    }

    @Test
    void whoUsesAMechanismFollowsFromTheSpecs() {
        assertThat(users(Mechanism.MULTI_HEAD_LATENT_ATTENTION))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("deepseek-"));
        assertThat(users(Mechanism.CHUNKED_ATTENTION)).containsExactlyInAnyOrder("llama-4-scout", "llama-4-maverick");
        assertThat(users(Mechanism.PER_LAYER_EMBEDDING)).allMatch(name -> name.startsWith("gemma-3n-"));
        assertThat(users(Mechanism.LEARNED_POSITIONS))
                .allMatch(name -> name.contains("gpt"))
                .hasSize(5);
        assertThat(users(Mechanism.NO_POSITIONS)).doesNotContain("gpt2").contains("llama-4-scout");
        assertThat(users(Mechanism.NORM_PLACEMENT)).hasSameSizeAs(Catalog.releases());
        Set<Mechanism> all = EnumSet.noneOf(Mechanism.class);
        Catalog.releases().forEach(release -> all.addAll(Mechanism.of(release.spec())));
        assertThat(all).containsExactly(Mechanism.values());
    }

    private static List<String> users(Mechanism mechanism) {
        return Catalog.releases().stream()
                .filter(release -> Mechanism.of(release.spec()).contains(mechanism))
                .map(Release::name)
                .toList();
    }

    @Test
    void costsOfMechanismsAreThoseOfTheReference() {
        assertThat(MechanismCost.of(Mechanism.MULTI_HEAD_LATENT_ATTENTION, spec("deepseek-v3"))
                        .formula())
                .isEqualTo(
                        "512 latent + 64 with RoPE = 576 values per token per layer, instead of 2 × 128 heads × 128 = 32,768");
        assertThat(MechanismCost.of(Mechanism.GROUPED_QUERY_ATTENTION, spec("llama-3.1-8b"))
                        .number())
                .isEqualTo(8.0 / 32);
        assertThat(MechanismCost.of(Mechanism.GROUP_LIMITED_ROUTING, spec("deepseek-v3"))
                        .number())
                .isEqualTo(256 / 8 * 4);
        assertThat(MechanismCost.of(Mechanism.SLIDING_WINDOW, spec("gemma-3-27b"))
                        .number())
                .isCloseTo((52 * 1024.0 + 10 * 131_072) / (62 * 131_072), within(1e-12));
        assertThat(MechanismCost.of(Mechanism.TIED_HEAD, spec("gpt2")).number()).isEqualTo(50_257.0 * 768);
    }

    /** The page puts columns of one large table together; that has to be the table of those models alone. */
    @Test
    void columnsOfTheTableOfAllModelsAreTheTableOfSomeModels() {
        var all = Catalog.releases().stream().map(ReckoningTest::subject).toList();
        var large = Comparison.of(all).rows();
        var random = new Random(5);
        for (int round = 0; round < 5; round++) {
            var picked = random.ints(3, 0, all.size()).distinct().boxed().toList();
            var expected = Comparison.of(picked.stream().map(all::get).toList()).rows();
            var joined = large.stream()
                    .map(row -> new Row(
                            row.topic(),
                            row.label(),
                            picked.stream().map(row.cells()::get).toList()))
                    .filter(row -> row.cells().stream()
                            .anyMatch(cell -> !cell.text().equals(Row.NOTHING)
                                    && !cell.text().equals("none")))
                    .toList();
            assertThat(joined).containsExactlyElementsOf(expected);
        }
    }

    /** A page has the keys as texts, which have to say of two releases what they say themselves. */
    @Test
    void keysOfCellsMayBeComparedAsTexts() {
        var wrong = new ArrayList<Row>();
        for (var row : Comparison.of(
                        Catalog.releases().stream().map(ReckoningTest::subject).toList())
                .rows()) {
            for (var a : row.cells()) {
                for (var b : row.cells()) {
                    String same = a.same().toString();
                    boolean alike = same.isEmpty()
                            || b.same().toString().isEmpty()
                            || same.equals(b.same().toString());
                    var pair = new Row(row.topic(), row.label(), List.of(a, b));
                    boolean sameForm = a.form().toString().equals(b.form().toString());
                    if (pair.differs() == alike || sameForm != a.form().equals(b.form())) {
                        wrong.add(pair);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static ComparedModel subject(Release release) {
        return ComparedModel.of(release.spec(), Catalog.describe(release.name()).family());
    }

    @Test
    void rowsOfTheTableThatCanBeExplainedAre() {
        var rows = Comparison.of(List.of(subject(Catalog.release("deepseek-v3").orElseThrow())))
                .rows();

        assertThat(rows.stream()
                        .filter(row ->
                                SiteData.reckoning(row, spec("deepseek-v3")).isPresent())
                        .map(Row::label))
                .contains("total", "active per token", "values per token", "at 1,024 tokens", "at 131,072 tokens");
        assertThat(rows.stream().filter(row -> row.topic() == Topic.CACHE))
                .allSatisfy(row -> SiteData.reckoning(row, spec("deepseek-v3"))
                        .ifPresent(
                                one -> assertThat(row.cells().getFirst().text()).isEqualTo(one.value())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2 n_kv d                 | 2 <var>n</var><sub>kv</sub> <var>d</var>
            softmax(q_i K^T ⁄ √d)    | softmax(<var>q</var><sub>i</sub> <var>K</var><sup>T</sup> ⁄ √<var>d</var>)
            x < W_{a,b}              | <var>x</var> &lt; <var>W</var><sub>a,b</sub>
            """)
    void formulasAreWrittenOnOneLine(String line, String html) {
        assertThat(Html.formula(line)).isEqualTo("<span class=\"formula\">" + html + "</span>");
    }

    @Test
    void everyMechanismIsExplainedWithAFormulaAndASource() {
        assertThat(Stream.of(Mechanism.values()).map(MechanismText::of)).allSatisfy(text -> {
            assertThat(text.summary()).endsWith(".");
            assertThat(text.formulas()).isNotEmpty().allSatisfy(line -> {
                // A browser makes one space of several, and two formulas would read as a product.
                assertThat(line).doesNotContain("  ");
                assertThat(line.chars().filter(sign -> sign == '{').count())
                        .isEqualTo(line.chars().filter(sign -> sign == '}').count());
                assertThat(Html.formula(line)).matches(Pattern.compile("<span class=\"formula\">.*</span>"));
            });
            assertThat(text.address()).startsWith("https://");
        });
    }
}
