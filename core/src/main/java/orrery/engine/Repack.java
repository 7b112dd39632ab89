package orrery.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Whether quantised weights are copied, while a model is loaded, into the order in which the kernels multiply them fastest. */
public enum Repack {
    /** If the copy fits into memory beside the file. */
    AUTO,
    /** In any case. */
    ON,
    /** Never: every step reads the file as it is, and puts it in order on the way, which costs most of the speed. */
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
    public static Repack named(String name) {
        return Arrays.stream(values())
                .filter(one -> one.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new EngineException("repack is \"" + name + "\", expected one of "
                        + Arrays.stream(values()).map(Repack::label).collect(Collectors.joining(", "))));
    }
}
