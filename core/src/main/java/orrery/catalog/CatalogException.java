package orrery.catalog;

import orrery.OrreryException;

/** A model that no family supports, or tensors that do not match its architecture. */
public final class CatalogException extends OrreryException {
    private static final long serialVersionUID = 1L;

    public CatalogException(String message) {
        super(message);
    }
}
