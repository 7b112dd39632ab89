package orrery.catalog;

import orrery.OrreryException;

/** A model that no family here understands, or tensors that are not those of its architecture. */
public final class CatalogException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public CatalogException(String message) {
        super(message);
    }
}
