package orrery.quant;

import orrery.OrreryException;

/**
 * Numbers that a format cannot hold. The message says which number and which format; code that knows the tensor adds
 * its name.
 */
public final class QuantException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public QuantException(String message) {
        super(message);
    }
}
