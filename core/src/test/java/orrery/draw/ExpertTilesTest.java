package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExpertTilesTest {
    @ParameterizedTest
    @CsvSource({
        "deepseek-v3, 8, 4, 32",
        "deepseek-v2, 6, 3, 20",
        "deepseek-v2-lite, 6, 1, 64",
        "qwen3-30b-a3b, 8, 1, 128",
        "llama-4-maverick, 1, 1, 128"
    })
    void aTokenTakesExpertsOfAsManyGroupsAsItsRouterKeeps(String name, int active, int kept, int size) {
        var op = Specs.of(name).layers().getLast().mlp().experts().orElseThrow();

        var chosen = ExpertTiles.chosen(op);

        assertThat(chosen).hasSize(active).doesNotHaveDuplicates().allMatch(one -> one >= 0 && one < op.count());
        assertThat(chosen.stream().map(one -> one / size).distinct()).hasSize(kept);
    }

    @Test
    void moreThanAnyoneCountsAreAStackWithTheirNumber() {
        var few = new Svg();
        ExpertTiles.paint(few, 512, ExpertTiles.chosen(512, 8), 0, 0, 8, 32);
        assertThat(few.diagram("t", "d", 400, 200).svg()).contains("<path").doesNotContain("512 experts");
        assertThat(ExpertTiles.height(512, 8, 32)).isEqualTo(16 * 8);

        var many = new Svg();
        ExpertTiles.paint(many, 1024, ExpertTiles.chosen(1024, 8), 0, 0, 8, 32);
        assertThat(many.diagram("t", "d", 400, 200).svg())
                .contains("1,024 experts, 8 active per token")
                .doesNotContain("<path");
        assertThat(ExpertTiles.height(1024, 8, 32)).isLessThan(32);
    }
}
