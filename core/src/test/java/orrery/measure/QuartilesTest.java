package orrery.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class QuartilesTest {
    @Test
    void leavesOutliersOut() {
        assertThat(Quartiles.of(9, 1, 2, 3, 4, 5, 6, 7, -100)).isEqualTo(new Quartiles(2, 4, 6));
        assertThat(Quartiles.of(4, 1, 3, 2)).isEqualTo(new Quartiles(2, 2.5, 3));
        assertThat(Quartiles.of(3, 1, 2)).isEqualTo(new Quartiles(1, 2, 3));
        assertThat(Quartiles.of(7)).isEqualTo(new Quartiles(7, 7, 7));
    }

    @Test
    void ofNothingThereAreNone() {
        assertThatThrownBy(Quartiles::of).isInstanceOf(IllegalArgumentException.class);
    }
}
