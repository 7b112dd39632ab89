package orrery.kernel.jit;

import java.util.Arrays;

/** Allocates the vector registers of a tier, one by one. */
final class RegisterSupply {
    private final Tier tier;
    private int taken;

    RegisterSupply(Tier tier) {
        this.tier = tier;
    }

    /**
     * The next register.
     *
     * @throws IllegalArgumentException if the processor has no more: the code needs too many at once
     */
    Vector take() {
        if (left() == 0) {
            throw new IllegalArgumentException(tier + " has " + tier.registers() + " vector registers, expected more");
        }
        return tier.kind().of(taken++);
    }

    /** The next {@code count} registers. */
    Vector[] take(int count) {
        var some = new Vector[count];
        Arrays.setAll(some, _ -> take());
        return some;
    }

    /** The number of registers left. */
    int left() {
        return tier.registers() - taken;
    }
}
