package orrery.spec;

import orrery.OrreryException;

/**
 * Numbers that do not describe an architecture, such as heads that do not divide or a window of 0 tokens. The message
 * says which, and what was expected.
 */
public final class SpecException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public SpecException(String message) {
        super(message);
    }

    /** The product of two sizes, checked for overflow. */
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
