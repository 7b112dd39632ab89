package orrery.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** In what a cache keeps keys and values. What is computed with is float in any case. */
public enum KvType {
    /** As they were computed. */
    F32("f32", 1, Float.BYTES),
    /** IEEE 754 binary16, rounded to the nearest: beyond 65504 it is infinite. */
    F16("f16", 1, Short.BYTES),
    /** The upper half of a binary32, rounded to the nearest. */
    BF16("bf16", 1, Short.BYTES),
    /** 32 signed bytes with one factor in F16: what {@link DType#Q8_0} stores, in another order. */
    Q8("q8", 32, 34);

    private final String label;
    private final int blockElements;
    private final int blockBytes;

    KvType(String label, int blockElements, int blockBytes) {
        this.label = label;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** What people call it. */
    public String label() {
        return label;
    }

    /** Elements of a head that share a factor: 1 where each stands alone. */
    public int blockElements() {
        return blockElements;
    }

    /** Whether heads of that size can be kept: whole blocks. */
    public boolean holds(int headSize) {
        return headSize % blockElements == 0;
    }

    /**
     * Bytes of so many elements.
     *
     * @throws IllegalArgumentException if that is no whole number of blocks
     * @throws ArithmeticException if it exceeds a {@code long}
     */
    public long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw new IllegalArgumentException("a KV cache in " + label + " keeps " + blockElements
                    + " elements together, expected a multiple of that instead of " + elements);
        }
        return Math.multiplyExact(elements / blockElements, blockBytes);
    }

    /** Bytes of an element, its share of a factor included. */
    public double bytesPerElement() {
        return (double) blockBytes / blockElements;
    }

    /** The type of that name, whatever its case; empty if there is none. */
    public static Optional<KvType> named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.label.equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** All names, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(KvType::label).collect(Collectors.joining(", "));
    }
}
