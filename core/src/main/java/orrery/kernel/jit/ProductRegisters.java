package orrery.kernel.jit;

import java.util.Arrays;

/** The vector registers of a product. Registers that are not assigned here are allocated one by one. */
final class ProductRegisters {
    /** The sum so far of each row and panel. */
    final Vector[][] sums;
    /** The integer sums of the current unit. */
    final Vector[][] dots;
    /** Weights of each panel. */
    final Vector[] weights;
    /** Activations, and temporary values. */
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
     * The next register.
     *
     * @throws IllegalArgumentException if the processor has no more: the product has too many rows or panels
     */
    Vector take() {
        return supply.take();
    }

    /** The next {@code count} registers. */
    Vector[] take(int count) {
        return supply.take(count);
    }

    /** The number of registers left. */
    int left() {
        return supply.left();
    }
}
