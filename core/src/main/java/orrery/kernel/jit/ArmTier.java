package orrery.kernel.jit;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import orrery.kernel.BackendException;

/** The instruction sets of Arm processors that products are written for, the fastest first. */
enum ArmTier {
    /** Products of matrices of bytes, {@code smmla}: Graviton 3, Neoverse V1 and N2, and later. */
    NEON_I8MM(Set.of(ArmFeature.ASIMDDP, ArmFeature.I8MM)),
    /** Products of four bytes, {@code sdot}: Graviton 2, Ampere Altra, Neoverse N1, and later. */
    NEON_DOTPROD(Set.of(ArmFeature.ASIMDDP));

    /** Lanes of 32 bits per vector. */
    static final int LANES = 4;

    private final Set<ArmFeature> needed;

    ArmTier(Set<ArmFeature> needed) {
        this.needed = needed;
    }

    /** The features of this tier that {@code features} lacks. */
    Set<ArmFeature> lacking(Set<ArmFeature> features) {
        var lacking = EnumSet.copyOf(needed);
        lacking.removeAll(features);
        return lacking;
    }

    /** Whether this program runs on a 64-bit Arm processor. */
    static boolean isForThisMachine() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    /**
     * The tier for this machine: the one that {@link Tier#PROPERTY} names. Without the property there is none yet,
     * because this code has never run on an Arm processor.
     *
     * @throws BackendException if there is none, with the reason
     */
    static ArmTier ofThisMachine() {
        String system = System.getProperty("os.name");
        if (!system.equals("Linux")) {
            throw new BackendException("machine code for Arm is written for Linux, and this is " + system);
        }
        return choose(Optional.ofNullable(System.getProperty(Tier.PROPERTY)), ArmFeature.ofThisMachine());
    }

    /**
     * The tier with that name.
     *
     * @throws BackendException if no tier is named, or one that does not exist or that the features do not allow
     */
    static ArmTier choose(Optional<String> forced, Set<ArmFeature> features) {
        String name = forced.orElseThrow(() -> new BackendException(bestOf(features)
                .map(tier -> "machine code for Arm was tested only in an emulator; try it with -D" + Tier.PROPERTY + "="
                        + tier)
                .orElseGet(() -> "machine code for Arm needs " + NEON_DOTPROD.needed
                        + ", which this processor or its system lacks")));
        var chosen = Arrays.stream(values())
                .filter(tier -> tier.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new BackendException(
                        Tier.PROPERTY + " is \"" + name + "\", expected one of " + Arrays.toString(values())));
        if (!chosen.lacking(features).isEmpty()) {
            throw new BackendException(Tier.PROPERTY + " asks for " + chosen + ", and this processor or its system"
                    + " lacks " + chosen.lacking(features));
        }
        return chosen;
    }

    private static Optional<ArmTier> bestOf(Set<ArmFeature> features) {
        return Arrays.stream(values())
                .filter(tier -> tier.lacking(features).isEmpty())
                .findFirst();
    }
}
