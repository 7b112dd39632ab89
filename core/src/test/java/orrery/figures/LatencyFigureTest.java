package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import orrery.curve.Machines;

final class LatencyFigureTest {
    private static final double BANDWIDTH = 4.8e12;

    /**
     * By hand, in bf16 on an H200: Gemma reads all weights, the tied table once, and one row of it; keys and values are 4,096 elements a layer, in 10 layers of everything and in 52 of 1,024 tokens.
     * Mistral reads all but its input table, and 2,048 elements in each of 40 layers.
     */
    @Test
    void aTokenTakesAsLongAsItsBytes() {
        var machine = Machines.named("h200").orElseThrow();
        var gemma = Running.inBf16(Models.named("gemma-3-27b"));
        var mistral = Running.inBf16(Models.named("mistral-small-3.1-24b"));

        for (int context : new int[] {1024, 32_768, 131_072}) {
            double gemmaBytes = 2 * (27_009_346_304.0 + 5376 + 4096.0 * (10.0 * context + 52 * 1024));
            double mistralBytes = 2 * (23_572_403_200.0 - 131_072.0 * 5120 + 5120 + 2048.0 * 40 * context);
            assertThat(gemma.stepSeconds(context, machine)).isCloseTo(gemmaBytes / BANDWIDTH, within(1e-9));
            assertThat(mistral.stepSeconds(context, machine)).isCloseTo(mistralBytes / BANDWIDTH, within(1e-9));
        }
    }

    /** Where the bytes above are equal: 40,960 elements a token more against a difference of weights. */
    @Test
    void windowsWinFarOut() {
        var machine = Machines.named("h200").orElseThrow();
        var gemma = Running.inBf16(Models.named("gemma-3-27b"));
        var mistral = Running.inBf16(Models.named("mistral-small-3.1-24b"));
        double apart = 27_009_346_304.0 + 5376 + 4096.0 * 52 * 1024 - (23_572_403_200.0 - 131_072.0 * 5120 + 5120);
        long expected = (long) Math.ceil(apart / (2048 * 40 - 4096 * 10));

        assertThat(LatencyFigure.crossing(gemma, mistral, LatencyFigure.tokenOn(machine)))
                .hasValue(expected);
        assertThat(LatencyFigure.crossing(mistral, gemma, LatencyFigure.tokenOn(machine)))
                .as("it is sooner from the beginning")
                .isEmpty();
        assertThat(LatencyFigure.crossing(gemma, gemma.withLabel("again"), LatencyFigure.tokenOn(machine)))
                .isEmpty();
    }

    @Test
    void theFigureSaysWhyAndFromWhereOn() {
        var figure = Figures.numbered(16);

        // 54,018,692,608 and 47,144,806,400 bytes of weights; 80 and 160 KiB a token far out.
        assertThat(figure.caption())
                .contains(
                        "40 layers against 62", "47.1 GB", "54.0 GB", "9.58 ms against 11.4 ms", "160 KiB", "80.0 KiB")
                .contains("NVIDIA H200 SXM", "105,619 tokens");
        assertThat(Texts.of(figure, "bytes"))
                .containsSubsequence("gemma-3-27b at 128k", "50.3 GiB", "10.4 GiB")
                .containsSubsequence("mistral-small-3.1-24b at 128k", "42.7 GiB", "20 GiB");
        assertThat(figure.panels())
                .extracting(Figure.Panel::name)
                .containsExactly("blocks", "token-h200", "token-m4-max", "first-token-h200", "bytes");
    }
}
