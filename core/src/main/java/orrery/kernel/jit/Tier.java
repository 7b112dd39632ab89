package orrery.kernel.jit;

import static orrery.kernel.jit.Feature.AVX512BW;
import static orrery.kernel.jit.Feature.AVX512DQ;
import static orrery.kernel.jit.Feature.AVX512F;
import static orrery.kernel.jit.Feature.AVX512VL;
import static orrery.kernel.jit.Feature.BMI2;
import static orrery.kernel.jit.Feature.F16C;
import static orrery.kernel.jit.Feature.FMA;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import orrery.kernel.BackendException;

/** The instruction sets that kernels are written for, the fastest first. */
enum Tier {
    /** 16 lanes, 32 registers, masks, and products of four bytes in one instruction: Ice Lake, Zen 4, and later. */
    AVX512_VNNI(
            VectorEncoding.EVEX,
            Vector.Kind.ZMM,
            Set.of(Feature.AVX512_VNNI, AVX512F, AVX512DQ, AVX512BW, AVX512VL, Feature.AVX2, FMA, F16C, BMI2)),
    /** 8 lanes, 16 registers, and the same product: Alder Lake, Sierra Forest, Zen 5, and later. */
    AVX_VNNI(VectorEncoding.VEX, Vector.Kind.YMM, Set.of(Feature.AVX_VNNI, Feature.AVX2, FMA, F16C, BMI2)),
    /** 8 lanes, 16 registers, and products of two bytes that saturate: Haswell, Zen, and later. */
    AVX2(VectorEncoding.VEX, Vector.Kind.YMM, Set.of(Feature.AVX2, FMA, F16C, BMI2));

    /** The system property that forces a tier by name, for tests. */
    static final String PROPERTY = "orrery.kernels.tier";

    private final VectorEncoding encoding;
    private final Vector.Kind kind;
    private final Set<Feature> needed;

    Tier(VectorEncoding encoding, Vector.Kind kind, Set<Feature> needed) {
        this.encoding = encoding;
        this.kind = kind;
        this.needed = needed;
    }

    VectorEncoding encoding() {
        return encoding;
    }

    /** Its widest vectors. */
    Vector.Kind kind() {
        return kind;
    }

    /** Lanes of 32 bits of its widest vectors. */
    int lanes() {
        return kind.lanes();
    }

    /** The number of vector registers. */
    int registers() {
        return encoding == VectorEncoding.EVEX ? 32 : 16;
    }

    /** The features of this tier that a processor lacks, in the order of {@link Feature}. */
    Set<Feature> lacking(Processor processor) {
        var lacking = EnumSet.copyOf(needed);
        lacking.removeAll(processor.features());
        return lacking;
    }

    /** Why code of this tier cannot multiply BF16 with BF16 on a processor; empty if it can. */
    Optional<String> missingForBf16(Processor processor) {
        if (encoding == VectorEncoding.VEX) {
            return Optional.of("machine code for " + this + " only multiplies floats, expected " + AVX512_VNNI);
        }
        return processor.has(Feature.AVX512_BF16)
                ? Optional.empty()
                : Optional.of("this processor (" + processor.name() + ") or its system lacks " + Feature.AVX512_BF16);
    }

    /**
     * The tier that {@link #PROPERTY} names.
     *
     * @throws BackendException if there is no tier with that name
     */
    static Optional<Tier> forced() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .map(name -> Arrays.stream(values())
                        .filter(tier -> tier.name().equals(name.toUpperCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new BackendException(
                                PROPERTY + " is \"" + name + "\", expected one of " + Arrays.toString(values()))));
    }

    /** The fastest that a processor supports; empty if it supports none. */
    static Optional<Tier> bestOf(Processor processor) {
        return Arrays.stream(values())
                .filter(tier -> tier.lacking(processor).isEmpty())
                .findFirst();
    }

    /**
     * The tier for this machine: the forced one, or the fastest. No code is executed unless the system is known to
     * allow it, and no instruction of a tier before the processor was queried.
     *
     * @throws BackendException if there is none, or the forced one is not supported, with the reason
     */
    static Tier ofThisMachine() {
        Optional<Tier> forced = forced();
        Pages.missing().ifPresent(why -> {
            throw new BackendException(why);
        });
        if (!System.getProperty("os.name").equals("Linux") && forced.isEmpty()) {
            throw new BackendException(
                    "machine code on Windows was tested only in Wine; try it with -D" + PROPERTY + "=" + AVX2);
        }
        return choose(Processor.ofThisMachine(), forced);
    }

    /**
     * The tier for a processor.
     *
     * @throws BackendException if there is none, or the forced one is not supported, with the reason
     */
    static Tier choose(Processor processor, Optional<Tier> forced) {
        Tier chosen = forced.or(() -> bestOf(processor)).orElse(AVX2);
        var lacking = chosen.lacking(processor);
        if (!lacking.isEmpty()) {
            throw new BackendException(forced.map(tier -> PROPERTY + " asks for " + tier + ", and this processor ("
                            + processor.name() + ") or its system lacks " + lacking)
                    .orElseGet(() -> "machine code is written for AVX2 and better, and this processor ("
                            + processor.name() + ") or its system lacks " + lacking));
        }
        return chosen;
    }
}
