package orrery.kernel.jit;

import java.util.Arrays;

/** Hands out the vector registers of a tier, one by one. */
final class RegisterSupply {
    private final Tier tier;
    private int taken;

    RegisterSupply(Tier tier) {
        this.tier = tier;
    }

    /**
     * The next one.
     *
     * @throws IllegalArgumentException if the processor has no more: the code is to do too much at once
     */
    Vector take() {
        if (left() == 0) {
            throw new IllegalArgumentException(tier + " has " + tier.registers() + " vector registers, expected more");
        }
        return tier.kind().of(taken++);
    }

    /** The next so many. */
    Vector[] take(int count) {
        var some = new Vector[count];
        Arrays.setAll(some, _ -> take());
        return some;
    }

    /** How many can be taken. */
    int left() {
        return tier.registers() - taken;
    }
}
