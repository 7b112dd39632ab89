package orrery.kernel.jit;

import java.lang.foreign.Linker;
import java.util.EnumSet;
import java.util.Set;

/** Optional instructions of Arm processors, by Linux's names. */
enum ArmFeature {
    /** {@code sdot}. */
    ASIMDDP(ArmFeature.HARDWARE, 20),
    /** {@code smmla}. */
    I8MM(ArmFeature.MORE_HARDWARE, 13);

    /** Keys of {@code getauxval}: AT_HWCAP and AT_HWCAP2. */
    private static final int HARDWARE = 16;

    private static final int MORE_HARDWARE = 26;

    private final int word;
    private final int bit;

    ArmFeature(int word, int bit) {
        this.word = word;
        this.bit = bit;
    }

    /**
     * The features that the system reports, which all cores have. (Programs cannot query them directly.)
     *
     * @throws orrery.kernel.BackendException if this program may not call native functions
     */
    static Set<ArmFeature> ofThisMachine() {
        Pages.ofThisSystem();
        var system = new SystemLibrary(Linker.nativeLinker().defaultLookup(), "errno");
        var getauxval = system.find("getauxval");
        return of(
                system.call(getauxval, HARDWARE, 0, 0).value(),
                system.call(getauxval, MORE_HARDWARE, 0, 0).value());
    }

    /** The features in two words of bits. */
    static Set<ArmFeature> of(long hardware, long moreHardware) {
        var features = EnumSet.noneOf(ArmFeature.class);
        for (var feature : values()) {
            if (((feature.word == HARDWARE ? hardware : moreHardware) >>> feature.bit & 1) == 1) {
                features.add(feature);
            }
        }
        return features;
    }
}
