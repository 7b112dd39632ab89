package orrery.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CacheSpecTest {
    private static final CacheSpec WINDOW = new CacheSpec.PerToken(2, 3, 2, new Reach.Window(100));
    private static final CacheSpec STATE = new CacheSpec.PerSequence(4096);
    private static final CacheSpec BORROWED = new CacheSpec.Borrowed(3);

    @Test
    void countsWhatGrowsWithTheTokensApartFromWhatDoesNot() {
        assertThat(WINDOW.elementsPerToken()).isEqualTo(10);
        assertThat(WINDOW.elementsOfTokens(99)).isEqualTo(990);
        assertThat(WINDOW.elementsOfTokens(5000)).isEqualTo(1000);
        assertThat(WINDOW.stateElements()).isZero();
        assertThat(STATE.elementsPerToken()).isZero();
        assertThat(STATE.elementsOfTokens(5000)).isZero();
        assertThat(STATE.stateElements()).isEqualTo(4096);
        for (var nothing : new CacheSpec[] {BORROWED, CacheSpec.NONE}) {
            assertThat(nothing.elementsPerToken() + nothing.elementsOfTokens(7) + nothing.stateElements())
                    .isZero();
        }
    }

    @Test
    void saysWhoseCacheIsRead() {
        assertThat(BORROWED.lender()).hasValue(3);
        assertThat(WINDOW.lender()).isEmpty();
        assertThat(STATE.lender()).isEmpty();
        assertThat(CacheSpec.NONE.lender()).isEmpty();
    }

    @Test
    void refusesAStateOfNothing() {
        assertThatThrownBy(() -> new CacheSpec.PerSequence(0))
                .isInstanceOf(SpecException.class)
                .hasMessage("a state has 0 elements, expected at least 1");
    }
}
