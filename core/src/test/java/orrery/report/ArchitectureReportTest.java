package orrery.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.spec.ArchitectureSpec;
import orrery.spec.SpecException;
import orrery.tensor.DType;
import orrery.tensor.KvType;

final class ArchitectureReportTest {
    private static ArchitectureReport report(String name) {
        return ArchitectureReport.of(Catalog.describe(name));
    }

    static Stream<Arguments> everyRelease() {
        return Catalog.releases().stream().map(release -> Arguments.argumentSet(release.name(), release.spec()));
    }

    /** OLMo 2 7B: every matrix but the input table, two FLOPs each; 32 layers of 32 heads of 128, a key and a value. */
    @Test
    void workIsWhatOlmosMatricesAndHeadsMake() {
        var work = report("olmo-2-7b").work();
        long table = 100_352L * 4096;
        long vectors = 32L * 4 * 4096 + 4096;

        assertThat(work.products()).isEqualTo(2.0 * (7_298_617_344L - table - vectors));
        assertThat(work.terms()).singleElement().satisfies(term -> {
            assertThat(term.layers()).isEqualTo(32);
            assertThat(term.flops()).isEqualTo(2.0 * 32 * 2 * 4096);
        });
        assertThat(work.rows()).extracting(WorkTable.Row::tokens).containsExactly(1024L, 4096L);
        assertThat(work.rows().getFirst().decode()).isEqualTo(work.products() + 1024 * 2.0 * 32 * 2 * 4096);
        assertThat(work.closedForm()).isEqualTo("13.8 GFLOP for the weights + 524 kFLOP for every position");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gemma-3-27b   | for each of the last 1,024
            gemma-3-27b   | for every position
            llama-4-scout | for each in the chunk of 8,192
            deepseek-v3   | 73.2 GFLOP for the weights + 17.0 MFLOP for every position
            """)
    void theClosedFormNamesEveryReach(String name, String phrase) {
        assertThat(report(name).work().closedForm()).contains(phrase);
    }

    /** The closed form is the table: for each term, its flops times what its layers see. */
    @ParameterizedTest
    @MethodSource("everyRelease")
    void theClosedFormAddsUpToTheTable(ArchitectureSpec spec) {
        var work = WorkTable.of(spec);

        assertThat(work.rows()).isNotEmpty().allSatisfy(row -> {
            double sum = work.products();
            for (var term : work.terms()) {
                int position = Math.toIntExact(row.tokens() - 1);
                sum += term.flops() * (row.tokens() - term.reach().firstSeenFrom(position));
            }
            assertThat(row.decode()).isCloseTo(sum, within(1e-9 * sum));
        });
        assertThat(work.terms().stream().mapToInt(WorkTable.Term::layers).sum())
                .isEqualTo(spec.layers().size());
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void weightsShrinkWithTheirTypes(ArchitectureSpec spec) {
        var table = WeightTable.of(spec);
        long parameters = spec.weights().values().stream()
                .filter(weight -> weight.use() != orrery.spec.WeightSpec.Use.UNUSED)
                .mapToLong(orrery.spec.WeightSpec::parameters)
                .sum();

        assertThat(table.rows()).extracting(WeightTable.Row::type).containsExactlyElementsOf(WeightTable.TYPES);
        assertThat(table.rows().get(0).bytes()).isEqualTo(4 * parameters);
        assertThat(table.rows().get(1).bytes()).isEqualTo(2 * parameters);
        assertThat(table.rows()).allSatisfy(row -> {
            assertThat(row.bytes()).isBetween(parameters / 2, 4 * parameters);
            assertThat(row.readPerToken()).isPositive();
        });
    }

    /** 4.5 bits an element in Q4_0, 8.5 in Q8_0, but for vectors in F32. */
    @Test
    void blocksCountTheirScales() {
        var rows = report("llama-3.2-1b").weights().rows().stream()
                .collect(Collectors.toMap(WeightTable.Row::label, WeightTable.Row::bytes));
        long vectors = 33L * 2048;
        long matrices = 1_235_814_400L - vectors;

        assertThat(rows)
                .containsEntry("q4_0", matrices / 32 * 18 + 4 * vectors)
                .containsEntry("q8_0", matrices / 32 * 34 + 4 * vectors)
                .containsEntry("mxfp4", matrices / 32 * 17 + 4 * vectors);
    }

    /**
     * The released FP8 file of DeepSeek V3 without its draft: tables, routers and vectors in BF16, factors for blocks
     * of 128.
     */
    @Test
    void fp8KeepsTablesAndRoutersAsDeepSeekDoes() {
        var storedAs = WeightTable.storedAs(report("deepseek-v3").spec(), DType.F8_E4M3);
        var weights = report("deepseek-v3").spec().weights();

        weights.forEach((path, weight) -> assertThat(storedAs.apply(path, weight))
                .as(path)
                .isEqualTo(
                        path.matches("embedding.*|head.*|.*norm.*|.*before.*|.*router.*")
                                ? DType.BF16
                                : DType.F8_E4M3));
    }

    /**
     * Decode of one sequence does about one FLOP for a byte of bf16, whatever dense model it is; a prompt does
     * thousands.
     */
    @Test
    void intensityGrowsWithTheBatch() {
        var row = report("llama-3.1-8b").intensity().rows().get(1);

        assertThat(row.decode().getFirst()).isBetween(1.0, 1.3);
        assertThat(row.decode()).isSorted();
        assertThat(row.prefill()).isGreaterThan(5000);
    }

    @Test
    void aQuestionIsAnsweredForTheTypesThatTheHeadsAllow() {
        var spec = report("gemma-3-27b").spec();
        var question = new CacheQuestion(32_768, 8, List.of(KvType.values()));

        assertThat(question.answers(spec))
                .extracting(CacheQuestion.Answer::type)
                .containsExactly(KvType.values());
        // 10 layers see 32,768 tokens and 52 see 1,024, of 4,096 elements each.
        assertThat(question.answers(spec).get(2).bytes()).isEqualTo(8 * 2.0 * 4096 * (10 * 32_768 + 52 * 1024));
        assertThatThrownBy(() -> new CacheQuestion(0, 1, List.of()))
                .isInstanceOf(SpecException.class)
                .hasMessage("context is 0, expected 1 or more");
        assertThatThrownBy(() -> new CacheQuestion(1, -2, List.of())).hasMessageContaining("batch is -2");
    }

    @Test
    void aReleaseSaysWhereItComesFrom() {
        var data = report("deepseek-r1").data();

        assertThat(data.get("release"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("released", "2025-01-20")
                .containsEntry("licence", "MIT")
                .containsEntry("arxiv_id", "2501.12948")
                .containsEntry("source", "https://huggingface.co/deepseek-ai/DeepSeek-R1");
        assertThat(ArchitectureReport.of(report("gpt2").spec(), "GPT").data()).doesNotContainKey("release");
    }

    @Test
    void columnsStandUnderTheirTitles() {
        var card = report("gpt2-xl")
                .with(new CacheQuestion(1024, 1_000_000, List.of(KvType.BF16)))
                .card();
        var lines = CardLayout.lines(card, 80).stream()
                .map(line -> line.label() + line.text())
                .toList();

        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .matches("1,000,000 × 1,024 tokens +KV cache  a step reads +computes +FLOP/byte"))
                .allSatisfy(
                        line -> assertThat(line).hasSizeLessThanOrEqualTo(80).doesNotEndWith(" "));
    }

    @ParameterizedTest
    @MethodSource("everyRelease")
    void markdownTablesHaveAsManyCellsAsColumns(ArchitectureSpec spec) {
        int columns = 0;
        for (var line : ArchitectureReport.of(spec, "family").markdown().lines().toList()) {
            int cells = line.startsWith("|") ? line.split("(?<!\\\\)\\|", -1).length : 0;
            if (cells > 0 && columns > 0) {
                assertThat(cells).as(line).isEqualTo(columns);
            }
            columns = cells;
        }
    }

    @Test
    void factsThatDifferFromLayerToLayerNameTheLayers() {
        var attention = report("gemma-3-4b").card().sections().stream()
                .filter(section -> section.heading().equals("Attention"))
                .findFirst()
                .orElseThrow();

        assertThat(attention.facts())
                .contains(
                        new Card.Fact(
                                "mask",
                                "sliding window of 1,024 tokens in 5 of every 6 layers and full attention in the others"),
                        new Card.Fact(
                                "RoPE base", "10,000 in sliding-window layers and 1,000,000 in full-attention layers"),
                        new Card.Fact("RoPE scaling", "linear, × 8, in full-attention layers"),
                        new Card.Fact("query heads", "8"));
    }
}
