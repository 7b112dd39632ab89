package orrery.kernel.jit;

import java.util.Arrays;

/** Which vector registers a product works in. What is not taken here is taken one by one. */
final class ProductRegisters {
    /** What a row and a panel have summed up so far. */
    final Vector[][] sums;
    /** Of the unit that is being multiplied, in whole numbers. */
    final Vector[][] dots;
    /** Weights of each panel. */
    final Vector[] weights;
    /** Activations, and whatever else is needed for a moment. */
    final Vector x;

    private final Tier tier;
    private int taken;

    ProductRegisters(Tier tier, int rows, int panels) {
        this.tier = tier;
        sums = new Vector[rows][];
        Arrays.setAll(sums, _ -> take(panels));
        dots = new Vector[rows][];
        Arrays.setAll(dots, _ -> take(panels));
        weights = take(panels);
        x = take();
    }

    /**
     * The next one.
     *
     * @throws IllegalArgumentException if the processor has no more: the product has too many rows or panels
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
