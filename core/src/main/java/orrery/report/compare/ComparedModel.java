package orrery.report.compare;

import orrery.spec.ArchitectureSpec;

/**
 * A model that is compared.
 *
 * @param name what it is called in the comparison
 * @param family what its family is called
 * @param spec its architecture; the name within it is not looked at
 */
public record ComparedModel(String name, String family, ArchitectureSpec spec) {
    /** Under the name of its spec. */
    public static ComparedModel of(ArchitectureSpec spec, String family) {
        return new ComparedModel(spec.name(), family, spec);
    }
}
