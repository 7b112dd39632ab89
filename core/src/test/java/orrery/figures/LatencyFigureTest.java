package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import orrery.curve.Machines;

final class LatencyFigureTest {
    private static final double BANDWIDTH = 4.8e12;

    /**
     * By hand, in bf16 on an H200: Gemma reads all weights, the tied table once, and one row of it; keys and values are
     * 4,096 elements a layer, in 10 layers of everything and in 52 of 1,024 tokens. Mistral reads all but its input
     * table, and 2,048 elements in each of 40 layers.
     */
    @Test
    void aTokenTakesAsLongAsItsBytes() {
        var machine = Machines.named("h200").orElseThrow();
        var gemma = Models.inBf16(Models.named("gemma-3-27b"));
        var mistral = Models.inBf16(Models.named("mistral-small-3.1-24b"));

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
        var gemma = Models.inBf16(Models.named("gemma-3-27b"));
        var mistral = Models.inBf16(Models.named("mistral-small-3.1-24b"));
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

    /**
     * Float operations of prompts by hand: two for each matrix element and token, the head's for the last token alone,
     * and two products of 32 heads of 128 for each pair of a token and a position that it sees.
     */
    @Test
    void windowsSaveArithmeticOfLongPromptsToo() {
        var machine = Machines.named("h200").orElseThrow();
        var gemma = Models.inBf16(Models.named("gemma-3-27b"));
        var mistral = Models.inBf16(Models.named("mistral-small-3.1-24b"));

        var crossing = LatencyFigure.crossing(gemma, mistral, LatencyFigure.promptOn(machine));

        assertThat(crossing).isPresent();
        long tokens = crossing.getAsLong();
        assertThat(gemmaPrompt(tokens)).isLessThanOrEqualTo(mistralPrompt(tokens));
        assertThat(gemmaPrompt(tokens - 1)).isGreaterThan(mistralPrompt(tokens - 1));
        assertThat(Figures.numbered(16).caption())
                .contains(String.format(Locale.ROOT, "a prompt of %,d tokens on", tokens));
    }

    private static double gemmaPrompt(double tokens) {
        double head = 262_208.0 * 5376;
        double matrices = 27_009_346_304.0 - head - 62 * (4 * 5376 + 2 * 128) - 5376;
        double windows = triangle(1024) + (tokens - 1024) * 1024;
        double pairs = 10 * triangle(tokens) + 52 * windows;
        return 2 * (matrices * tokens + head + 2 * 32 * 128 * pairs);
    }

    private static double mistralPrompt(double tokens) {
        double head = 131_072.0 * 5120;
        double matrices = 23_572_403_200.0 - 2 * head - (2 * 40 + 1) * 5120;
        return 2 * (matrices * tokens + head + 2 * 32 * 128 * 40 * triangle(tokens));
    }

    private static double triangle(double side) {
        return side * (side + 1) / 2;
    }

    @Test
    void theFigureSaysWhyAndFromWhereOn() {
        var figure = Figures.numbered(16);

        // Of 54,018,692,608 bytes all, of 47,144,806,400 all but the input table; 80 and 160 KiB a token far out.
        assertThat(figure.caption())
                .contains(
                        "40 layers against 62", "42.7 GiB", "50.3 GiB", "9.58 ms against 11.4 ms", "160 KiB", "80 KiB")
                .contains("NVIDIA H200 SXM", "105,619 tokens");
        assertThat(Texts.of(figure, "bytes"))
                .containsSubsequence("gemma-3-27b at 128k", "50.3 GiB", "10.4 GiB")
                .containsSubsequence("mistral-small-3.1-24b at 128k", "42.7 GiB", "20 GiB");
        assertThat(figure.panels())
                .extracting(Figure.Panel::name)
                .containsExactly("blocks", "token-h200", "token-m4-max", "first-token-h200", "bytes");
    }
}
