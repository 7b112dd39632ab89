package orrery.quant;

import orrery.OrreryException;

/**
 * A number that a format cannot hold. The message names the number and the format; code that knows the tensor adds its
 * name.
 */
public final class QuantException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public QuantException(String message) {
        super(message);
    }
}
