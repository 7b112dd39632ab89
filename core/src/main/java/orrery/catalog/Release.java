package orrery.catalog;

import orrery.spec.ArchitectureSpec;

/**
 * A released model.
 *
 * @param hubId where its authors published it
 * @param spec its architecture, under its name in this catalog
 */
public record Release(String hubId, ArchitectureSpec spec) {

    /** Lower case, with the release's own numbers: {@code gemma-3-27b}. */
    public String name() {
        return spec.name();
    }
}
