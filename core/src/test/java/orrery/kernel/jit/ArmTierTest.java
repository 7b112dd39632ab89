package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orrery.kernel.jit.ArmFeature.ASIMDDP;
import static orrery.kernel.jit.ArmFeature.I8MM;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import orrery.kernel.BackendException;

final class ArmTierTest {
    @Test
    void featuresAreTheBitsThatLinuxGivesThem() {
        assertThat(ArmFeature.of(0, 0)).isEmpty();
        assertThat(ArmFeature.of(1 << 20, 0)).containsExactly(ASIMDDP);
        assertThat(ArmFeature.of(0, 1 << 13)).containsExactly(I8MM);
        assertThat(ArmFeature.of(~(1L << 20), ~(1L << 13))).isEmpty();
    }

    @Test
    void aTierIsUsedWhereItIsNamedAndThere() {
        assertThat(ArmTier.choose(Optional.of("neon_i8mm"), Set.of(ASIMDDP, I8MM)))
                .isEqualTo(ArmTier.NEON_I8MM);
        assertThat(ArmTier.choose(Optional.of("NEON_DOTPROD"), Set.of(ASIMDDP))).isEqualTo(ArmTier.NEON_DOTPROD);
    }

    @Test
    void withoutANameThereIsNoneAndItSaysWhichToTry() {
        assertRefused(Optional.empty(), Set.of(ASIMDDP, I8MM), "tested only in an emulator; try it with", "=NEON_I8MM");
        assertRefused(Optional.empty(), Set.of(ASIMDDP), "tested only in an emulator; try it with", "=NEON_DOTPROD");
        assertRefused(Optional.empty(), Set.of(), "needs [ASIMDDP]");
    }

    @Test
    void whatTheProcessorLacksIsNeverUsed() {
        assertRefused(Optional.of("NEON_I8MM"), Set.of(ASIMDDP), "asks for NEON_I8MM", "lacks [I8MM]");
        assertRefused(Optional.of("NEON_DOTPROD"), Set.of(), "lacks [ASIMDDP]");
        assertRefused(Optional.of("AVX2"), Set.of(ASIMDDP), "expected one of [NEON_I8MM, NEON_DOTPROD]");
    }

    private static void assertRefused(Optional<String> forced, Set<ArmFeature> features, String... said) {
        assertThatThrownBy(() -> ArmTier.choose(forced, features))
                .isInstanceOf(BackendException.class)
                .hasMessageContainingAll(said);
    }
}
