package orrery.draw.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EndLabelsTest {

    @Test
    void labelsThatAreFarApartStayWhereTheyWant() {
        assertThat(EndLabels.apart(List.of(50.0, 10.0, 90.0), 18, 0, 100)).containsExactly(50.0, 10.0, 90.0);
    }

    @Test
    void labelsAtOnePlaceSpreadEvenlyAroundIt() {
        assertThat(EndLabels.apart(List.of(50.0, 50.0, 50.0), 10, 0, 100)).containsExactly(40.0, 50.0, 60.0);
    }

    @Test
    void labelsAtAnEdgeAreMovedInwards() {
        assertThat(EndLabels.apart(List.of(0.0, 1.0, 99.0, 100.0), 10, 0, 100)).containsExactly(0.0, 10.0, 90.0, 100.0);
    }

    @Test
    void anyWishesEndInOrderApartAndWithin() {
        var random = new SplittableRandom(5);
        for (int turn = 0; turn < 500; turn++) {
            var wishes = new ArrayList<Double>();
            int count = random.nextInt(1, 17);
            for (int i = 0; i < count; i++) {
                wishes.add((double) random.nextInt(0, 301));
            }
            var places = EndLabels.apart(wishes, 18, 0, 300);

            for (int i = 0; i < count; i++) {
                assertThat(places.get(i)).isBetween(-1e-6, 300 + 1e-6);
                for (int j = 0; j < count; j++) {
                    if (i != j) {
                        assertThat(Math.abs(places.get(i) - places.get(j))).isGreaterThan(18 - 1e-6);
                    }
                    if (wishes.get(i) < wishes.get(j)) {
                        assertThat(places.get(i)).isLessThan(places.get(j));
                    }
                }
            }
        }
    }

    @Test
    void refusesMoreThanThereIsRoomFor() {
        assertThatThrownBy(() -> EndLabels.apart(List.of(1.0, 2.0, 3.0), 18, 0, 35))
                .hasMessageContaining("room for 35");
        assertThat(EndLabels.apart(List.of(1.0, 2.0, 3.0), 18, 0, 36)).containsExactly(0.0, 18.0, 36.0);
        assertThat(EndLabels.apart(List.of(20.0), 18, 0, 36).getFirst()).isCloseTo(20, within(1e-9));
    }
}
