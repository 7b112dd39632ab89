package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({"0s, PT0S", "90s, PT90S", "15m, PT15M", "2h, PT2H", "999999h, PT999999H"})
    void readsSecondsMinutesAndHours(String text, Duration span) {
        assertThat(new TimeSpan().convert(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "15", "m", "-1m", "1.5h", "15 m", "1h30m", "1d", "1000000s"})
    void refusesInvalidTimeSpans(String text) {
        assertThatThrownBy(() -> new TimeSpan().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected one such as 90s, 15m or 2h");
    }
}
