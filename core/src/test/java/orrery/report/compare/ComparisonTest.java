package orrery.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.Facts;
import orrery.report.Property;
import orrery.report.Topic;

final class ComparisonTest {
    static Comparison comparison(String... names) {
        return Comparison.of(Stream.of(names)
                .map(name ->
                        ComparedModel.of(Catalog.release(name).orElseThrow().spec(), "family of " + name))
                .toList());
    }

    private static Row row(Comparison comparison, Topic topic, String label) {
        return comparison.rows(topic).stream()
                .filter(row -> row.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row " + label + " in " + comparison.rows(topic)));
    }

    private static List<String> texts(Comparison comparison, Topic topic, String label) {
        return row(comparison, topic, label).cells().stream()
                .map(Row.Cell::text)
                .toList();
    }

    /** The figures of Gemma 3 27B and Mistral Small 3.1 as their configs and the reference table give them. */
    @Test
    void tellsGemmaAndMistralSmallSideBySide() {
        var two = comparison("gemma-3-27b", "mistral-small-3.1-24b");

        assertThat(texts(two, Topic.SHAPE, "layers")).containsExactly("62", "40");
        assertThat(texts(two, Topic.SHAPE, "kinds of layer"))
                .containsExactly("10 × (5 sliding 1024, 1 full) + 2 sliding 1024", "identical layers");
        assertThat(texts(two, Topic.ATTENTION, "head size")).containsExactly("128", "128");
        assertThat(texts(two, Topic.ATTENTION, "score scale")).containsExactly("1/√168", "1/√128");
        assertThat(texts(two, Topic.ATTENTION, "mask"))
                .containsExactly(
                        "sliding window of 1,024 tokens in 5 of every 6 layers and full attention in the others",
                        "full attention");
        assertThat(texts(two, Topic.NORMS, "placement"))
                .containsExactly("before and after (sandwich)", "before (pre-norm)");
        assertThat(texts(two, Topic.PARAMETERS, "total")).containsExactly("27,009,346,304", "23,572,403,200");
        assertThat(texts(two, Topic.CACHE, "values per token")).containsExactly("253,952", "81,920");
    }

    @Test
    void tellsMixturesAndLatents() {
        var one = comparison("deepseek-v3");

        assertThat(texts(one, Topic.ATTENTION, "kind")).containsExactly("multi-head latent attention (MLA)");
        assertThat(texts(one, Topic.ATTENTION, "KV latent")).containsExactly("512");
        assertThat(texts(one, Topic.ATTENTION, "query latent")).containsExactly("1,536");
        assertThat(texts(one, Topic.ATTENTION, "head size without RoPE")).containsExactly("128");
        assertThat(texts(one, Topic.ATTENTION, "head size with RoPE")).containsExactly("64");
        assertThat(texts(one, Topic.ATTENTION, "value head size")).containsExactly("128");
        assertThat(texts(one, Topic.FEED_FORWARD, "experts")).containsExactly("256");
        assertThat(texts(one, Topic.FEED_FORWARD, "active experts per token")).containsExactly("8");
        assertThat(texts(one, Topic.FEED_FORWARD, "kind"))
                .containsExactly(
                        "dense feed-forward in the first 3 of 61 layers and mixture of experts (MoE) in the others");
        assertThat(texts(one, Topic.PARAMETERS, "total")).containsExactly("671,026,419,200");
        assertThat(texts(one, Topic.CACHE, "values per token")).containsExactly("35,136");
    }

    @Test
    void anOlmoTokenTakesHalfAMebibyte() {
        assertThat(texts(comparison("olmo-2-7b"), Topic.CACHE, "per token in bf16"))
                .containsExactly("512 KiB");
    }

    @Test
    void rowsKnowWhetherModelsDifferAndByHowMuch() {
        var three = comparison("llama-3-8b", "llama-3.1-8b", "llama-3-70b");

        assertThat(row(three, Topic.SHAPE, "layers").differs()).isTrue();
        assertThat(row(three, Topic.SHAPE, "layers").ratio(1)).hasValue(1);
        assertThat(row(three, Topic.SHAPE, "layers").ratio(2)).hasValue(2.5);
        assertThat(row(three, Topic.ATTENTION, "head size").differs()).isFalse();
        assertThat(row(three, Topic.NORMS, "placement").ratio(1)).isEmpty();
        assertThat(row(three, Topic.PARAMETERS, "total").ratio(2).orElseThrow())
                .isCloseTo(70_553_706_496.0 / 8_030_261_248.0, within(1e-12));
    }

    /** A row compares its cells' keys, a sentence the values in each layer: both have to say the same. */
    @Test
    void rowsDifferWhereSentencesTellSo() {
        var releases = Catalog.releases();
        var facts = releases.stream().map(release -> Facts.of(release.spec())).toList();
        var wrong = new ArrayList<String>();
        for (var a : facts) {
            for (var b : facts) {
                for (var row : FactRows.of(List.of(a, b))) {
                    var property = Stream.of(Property.values())
                            .filter(one ->
                                    one.topic() == row.topic() && one.title().equals(row.label()))
                            .findFirst()
                            .orElseThrow();
                    if (a.of(property).isPresent() && b.of(property).isPresent()) {
                        var told = Difference.between(
                                        property,
                                        a.of(property).get(),
                                        b.of(property).get())
                                .filter(kind -> kind != Difference.Kind.STORAGE);
                        if (!told.equals(row.difference())) {
                            wrong.add(releases.get(facts.indexOf(a)).name() + " and "
                                    + releases.get(facts.indexOf(b)).name() + ": " + row + ", told " + told);
                        }
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void leavesOutWhatNoModelHas() {
        var labels =
                comparison("llama-3-8b", "gpt2").rows().stream().map(Row::label).toList();

        assertThat(labels)
                .doesNotContain("experts", "router scores", "KV latent", "residual streams", "attention logit softcap");
        assertThat(labels).contains("learned positions", "RoPE base");
        assertThat(texts(comparison("llama-3-8b", "gpt2"), Topic.EMBEDDING, "learned positions"))
                .containsExactly("none", "1,024");
    }

    @Test
    void contextsBeyondAModelsEndAreLeftOpen() {
        var two = comparison("gpt2", "llama-3.1-8b");

        assertThat(texts(two, Topic.CACHE, "at 1,024 tokens")).doesNotContain(Row.NOTHING);
        assertThat(texts(two, Topic.CACHE, "at 32,768 tokens")).containsExactly(Row.NOTHING, "4.00 GiB");
        assertThat(row(two, Topic.COST, "at 32,768 tokens").cells().getFirst().number())
                .isEmpty();
    }

    @Test
    void keepsOnlyWhatDiffers() {
        var two = comparison("llama-3-8b", "llama-3.1-8b").onlyDifferences();

        assertThat(two.rows()).isNotEmpty().allMatch(Row::differs);
        assertThat(two.rows())
                .extracting(Row::label)
                .contains("positions", "RoPE scaling")
                .doesNotContain("layers");
    }

    @Test
    void nothingCannotBeCompared() {
        assertThatThrownBy(() -> Comparison.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @SuppressWarnings("unchecked")
    void dataHasACellForEachModelAndTheDifferencesInWords() {
        var comparison = comparison("llama-3-8b", "olmo-2-7b", "gemma-3-4b");

        var data = comparison.data();

        assertThat((List<Map<String, Object>>) data.get("models"))
                .extracting(model -> model.get("name"))
                .containsExactly("llama-3-8b", "olmo-2-7b", "gemma-3-4b");
        var sections = (List<Map<String, Object>>) data.get("sections");
        assertThat(sections).extracting(section -> section.get("topic")).startsWith("shape", "attention");
        assertThat(sections)
                .flatMap(section -> (List<Map<String, Object>>) section.get("rows"))
                .hasSize(comparison.rows().size())
                .allSatisfy(row -> assertThat((List<?>) row.get("cells")).hasSize(3));
        assertThat((List<Map<String, Object>>) data.get("differences"))
                .hasSize(2)
                .allSatisfy(difference -> {
                    assertThat(difference)
                            .containsEntry("from", Map.of("name", "llama-3-8b"))
                            .containsKeys("model", "size", "storage");
                    assertThat((List<?>) difference.get("structure")).isNotEmpty();
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 61, 80, 120, 200})
    void fitsIntoTheColumnsAndCutsNothing(int width) {
        var names = Catalog.releases().stream().map(Release::name).toList();
        for (int models = 1; models <= 7; models++) {
            var comparison =
                    comparison(names.stream().skip(5L * models).limit(models).toArray(String[]::new));

            var lines = ComparisonLayout.lines(comparison, width);

            assertThat(lines)
                    .allSatisfy(line -> assertThat((line.label() + line.text()).length())
                            .as(line.label() + line.text())
                            .isLessThanOrEqualTo(width));
            String all = String.join(
                    "\n", lines.stream().map(line -> line.label() + line.text()).toList());
            for (var row : comparison.rows()) {
                if (width < 60) {
                    assertThat(all).contains(row.label().split(" ")); // a label may be broken over lines
                } else {
                    assertThat(all).contains(row.label());
                }
                for (var cell : row.cells()) {
                    for (String word : (cell.saysNothing() ? "" : cell.text()).split(" ")) {
                        // A word wider than its column is broken over lines.
                        assertThat(all).contains(word.substring(0, Math.min(13, word.length())));
                    }
                }
            }
        }
    }

    @Test
    void marksWhatDiffersWithoutColours() {
        var lines = ComparisonLayout.lines(comparison("llama-3-8b", "olmo-2-7b"), 80);

        assertThat(lines)
                .filteredOn(line -> line.style() == ComparisonLayout.Style.DIFFERENT
                        && !line.label().isBlank())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.label()).startsWith("≠ "));
        assertThat(lines)
                .filteredOn(line -> line.style() == ComparisonLayout.Style.SAME
                        && !line.label().isBlank())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.label()).startsWith("  "));
    }

    @Test
    void equalModelsAreCalledSo() {
        assertThat(ComparisonLayout.lines(comparison("llama-3-8b", "llama-3-8b"), 80)
                        .getLast()
                        .text())
                .isEqualTo("llama-3-8b is built exactly like llama-3-8b.");
    }

    @Test
    void markdownIsATableWithAColumnAModel() {
        String text = ComparisonMarkdown.of(comparison("llama-3-8b", "olmo-2-7b"));

        assertThat(text.lines().filter(line -> line.startsWith("|")))
                .hasSizeGreaterThan(40)
                .allSatisfy(line -> assertThat(line.replace("\\|", "")
                                .chars()
                                .filter(c -> c == '|')
                                .count())
                        .as(line)
                        .isEqualTo(4));
        assertThat(text)
                .contains("| ≠ kind | grouped-query attention (GQA) | multi-head attention (MHA) |")
                .contains("### How olmo-2-7b differs from llama-3-8b", "- adds QK-norm: ");
    }
}
