package orrery.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether weights in blocks are packed while a model is loaded: copied into the order in which the kernels multiply
 * them fastest. Only machine code packs; other kernels read them as the file has them. A user calls it {@code repack}.
 */
public enum Packing {
    /** If the copy fits into memory beside the file. */
    AUTO,
    /** In any case. */
    ON,
    /** Never: every step reads the file as it is and packs on the way, which costs most of the speed. */
    OFF;

    /** What a user calls it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one of that name.
     *
     * @throws EngineException if there is none
     */
    public static Packing named(String name) {
        return Arrays.stream(values())
                .filter(one -> one.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new EngineException("repack is \"" + name + "\", expected one of "
                        + Arrays.stream(values()).map(Packing::label).collect(Collectors.joining(", "))));
    }
}
