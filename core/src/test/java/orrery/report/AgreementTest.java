package orrery.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class AgreementTest {
    private final Agreement agreement = new Agreement();

    @Test
    void findsTheLargestDifferenceAndWhereItIs() {
        agreement.add(new float[] {1, 2, 3}, new float[] {1, 2, 3.5f}, 0, 4);
        agreement.add(new float[] {0, -2, 0}, new float[] {0, 2, 0}, 1, 7);

        assertThat(agreement.largest()).isEqualTo(4);
        assertThat(agreement.largestAt()).containsExactly(1, 7, 1);
        assertThat(agreement.mean()).isEqualTo(4.5 / 6);
    }

    @Test
    void equalLogitsDivergeByNothing() {
        agreement.addLogits(new float[] {1, -3, 40}, new float[] {1, -3, 40}, 0, 0);

        assertThat(agreement.largestDivergence()).isZero();
        assertThat(agreement.sameBestShare()).isEqualTo(1);
    }

    @Test
    void divergenceIsThatOfTheDistributions() {
        // Reference 1/2, 1/2; ours 3/4, 1/4: ln 2 - ln 3 / 2.
        agreement.addLogits(new float[] {(float) Math.log(3), 0}, new float[] {5, 5}, 0, 0);

        assertThat(agreement.meanDivergence()).isCloseTo(Math.log(2) - Math.log(3) / 2, within(1e-7));
    }

    @Test
    void sharesOfBestTokensCountPositions() {
        agreement.addLogits(new float[] {1, 0}, new float[] {3, 1}, 0, 0);
        agreement.addLogits(new float[] {1, 0}, new float[] {0, 1}, 0, 1);

        assertThat(agreement.rows()).isEqualTo(2);
        assertThat(agreement.sameBestShare()).isEqualTo(0.5);
    }

    @Test
    void whatIsNoNumberIsTheLargestDifferenceAndStaysIt() {
        agreement.addLogits(new float[] {Float.NaN, 0}, new float[] {1, 0}, 0, 3);
        agreement.addLogits(new float[] {9, 0}, new float[] {1, 0}, 0, 4);

        assertThat(agreement.largest()).isNaN();
        assertThat(agreement.largestAt()).containsExactly(0, 3, 0);
        assertThat(agreement.largestDivergence()).isNaN();
    }

    @Test
    void equalInfinitiesAgree() {
        agreement.addLogits(
                new float[] {Float.NEGATIVE_INFINITY, 0, 1}, new float[] {Float.NEGATIVE_INFINITY, 0, 1}, 0, 0);

        assertThat(agreement.largest()).isZero();
        assertThat(agreement.meanDivergence()).isZero();
    }
}
