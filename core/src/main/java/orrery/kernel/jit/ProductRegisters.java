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

    private final RegisterSupply supply;

    ProductRegisters(Tier tier, int rows, int panels) {
        supply = new RegisterSupply(tier);
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
        return supply.take();
    }

    /** The next so many. */
    Vector[] take(int count) {
        return supply.take(count);
    }

    /** How many can be taken. */
    int left() {
        return supply.left();
    }
}
