package orrery.draw.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AxisTest {
    private static List<String> ticks(Axis axis, int most) {
        return axis.ticks(most).stream().map(axis.unit()::text).toList();
    }

    @Test
    void tokensAreMarkedAtPowersOfTwo() {
        assertThat(ticks(new Axis("context", Unit.TOKENS, true, 1024, 131_072), 8))
                .containsExactly("1k", "2k", "4k", "8k", "16k", "32k", "64k", "128k");
        assertThat(ticks(new Axis("context", Unit.TOKENS, true, 1024, 163_840), 3))
                .containsExactly("4k", "32k");
        assertThat(ticks(new Axis("context", Unit.TOKENS, true, 1, 2), 3)).containsExactly("1", "2");
    }

    @Test
    void decimalNumbersAreMarkedAtOneTwoFive() {
        assertThat(ticks(new Axis("time", Unit.SECONDS, true, 0.002, 0.1), 8))
                .containsExactly("2 ms", "5 ms", "10 ms", "20 ms", "50 ms", "100 ms");
        assertThat(ticks(new Axis("time", Unit.SECONDS, true, 1e-3, 1e3), 4)).containsExactly("10 ms", "1 s", "100 s");
    }

    @Test
    void aLinearAxisHasEvenTicksFromItsBeginning() {
        assertThat(ticks(new Axis("size", Unit.COUNT, false, 0, 671e9), 8))
                .containsExactly("0", "100B", "200B", "300B", "400B", "500B", "600B");
        assertThat(ticks(new Axis("size", Unit.BYTES, false, 0, 3.5 * (1 << 30)), 4))
                .containsExactly("0", "1 GiB", "2 GiB", "3 GiB");
        assertThat(ticks(new Axis("size", Unit.PLAIN, false, 0, 1), 6))
                .containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1");
    }

    @Test
    void neverMoreTicksThanAskedForAndAllOfThemOnTheAxis() {
        for (double to : new double[] {1.3, 7, 1e3, 1.7e6, 3e12}) {
            for (boolean logarithmic : new boolean[] {false, true}) {
                for (var unit : Unit.values()) {
                    for (int most : new int[] {2, 3, 7, 12}) {
                        var axis = new Axis("any", unit, logarithmic, logarithmic ? to / 1e3 : 0, to);
                        assertThat(axis.ticks(most))
                                .hasSizeLessThanOrEqualTo(most)
                                .isNotEmpty()
                                .allSatisfy(tick -> assertThat(axis.place(tick)).isBetween(-1e-6, 1 + 1e-6));
                    }
                }
            }
        }
    }

    @Test
    void refusesWhatHasNoLogarithm() {
        assertThatThrownBy(() -> new Axis("time", Unit.SECONDS, true, 0, 1))
                .hasMessageContaining("an axis of time from 0.0 to 1.0");
        assertThatThrownBy(() -> new Axis("time", Unit.SECONDS, false, 1, 1)).hasMessageContaining("ascending");
        assertThatThrownBy(() -> new Axis("time", Unit.SECONDS, false, 0, Double.NaN))
                .hasMessageContaining("NaN");
    }

    @Test
    void numbersHaveThreeDigitsAndTheirUnit() {
        assertThat(Unit.BYTES.text(35_136 * 2)).isEqualTo("68.6 KiB");
        assertThat(Unit.BYTES.text(1023)).isEqualTo("1023 B");
        assertThat(Unit.BYTES.text(1 << 20)).isEqualTo("1 MiB");
        assertThat(Unit.FLOP.text(1.084e12)).isEqualTo("1.08 TFLOP");
        assertThat(Unit.FLOP.text(999.7e9)).isEqualTo("1 TFLOP");
        assertThat(Unit.SECONDS.text(0.00325)).isEqualTo("3.25 ms");
        assertThat(Unit.SECONDS.text(61)).isEqualTo("61 s");
        assertThat(Unit.COUNT.text(671_026_419_200L)).isEqualTo("671B");
        assertThat(Unit.TOKENS.text(1_048_576)).isEqualTo("1M");
        assertThat(Unit.PLAIN.text(0.05)).isEqualTo("0.05");
    }
}
