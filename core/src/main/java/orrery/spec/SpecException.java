package orrery.spec;

import orrery.OrreryException;

/**
 * Numbers that describe no architecture: heads that do not divide, a window of no tokens. Says which, and what was
 * expected.
 */
public final class SpecException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public SpecException(String message) {
        super(message);
    }

    /** The product of two sizes, where it still is a size. */
    static int product(String what, int first, int second) {
        long product = (long) first * second;
        require(
                product <= Integer.MAX_VALUE,
                what + " is " + first + " times " + second + ", more than a tensor may be wide");
        return (int) product;
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new SpecException(message);
        }
    }
}
