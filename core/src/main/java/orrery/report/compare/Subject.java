package orrery.report.compare;

import orrery.spec.ArchitectureSpec;

/**
 * A model that is compared.
 *
 * @param name what it is called in the comparison
 * @param family what its family is called
 * @param spec its architecture; the name within it is not looked at
 */
public record Subject(String name, String family, ArchitectureSpec spec) {
    /** Under the name of its spec. */
    public static Subject of(ArchitectureSpec spec, String family) {
        return new Subject(spec.name(), family, spec);
    }
}
