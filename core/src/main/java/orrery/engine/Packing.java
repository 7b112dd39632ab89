package orrery.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether block-quantized weights are packed while a model is loaded: copied into the order in which the kernels
 * multiply them fastest. Only machine code packs; other kernels read the weights as the file has them. The option's
 * name is {@code repack}.
 */
public enum Packing {
    /** If the copy fits into memory besides the file. */
    AUTO,
    /** Always. */
    ON,
    /** Never: every step packs the weights as it reads them from the file, which costs most of the speed. */
    OFF;

    /** The option's value. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The choice with that name.
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
