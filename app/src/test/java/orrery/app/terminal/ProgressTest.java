package orrery.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2.9   | 10 | 100 | ''",
                "4     | 50 | 100 | , 4 s left",
                "4     | 0  | 100 | ''",
                "4     | 100| 100 | ''",
                "10    | 10 | 100 | , 2 min left",
                "600   | 1  | 11  | , 1.7 h left",
                "59    | 50 | 100 | , 59 s left"
            })
    void whatIsLeftTakesAsLongAsWhatIsDone(double seconds, long done, long all, String said) {
        assertThat(Progress.left((long) (seconds * 1e9), done, all)).isEqualTo(said);
    }
}
