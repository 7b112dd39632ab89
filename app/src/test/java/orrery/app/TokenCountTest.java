package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class TokenCountTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "128k, 131072",
        "8K, 8192",
        "1M, 1048576",
        "10m, 10485760",
        "-3, -3",
        "2147483647, 2147483647"
    })
    void readsCountsAsContextsAreTold(String text, int count) {
        assertThat(new TokenCount().convert(text)).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "4 k", "1.5k", "12kk", "0x10", "1G", "12345678901"})
    void refusesInvalidCounts(String text) {
        assertThatThrownBy(() -> new TokenCount().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("is not a number of tokens");
    }

    @Test
    void refusesMoreThanAnIntegerHolds() {
        assertThatThrownBy(() -> new TokenCount().convert("9999M")).hasMessageContaining("is more than 2147483647");
    }
}
