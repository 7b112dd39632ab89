package orrery.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** In what a cache keeps keys and values. What is computed with is float in any case. */
public enum KvType {
    /** As they were computed. */
    F32("f32", Float.BYTES, 1, 0),
    /** IEEE 754 binary16, rounded to the nearest: beyond 65504 it is infinite. */
    F16("f16", Short.BYTES, 1, 0),
    /** The upper half of a binary32, rounded to the nearest. */
    BF16("bf16", Short.BYTES, 1, 0),
    /**
     * Signed bytes, and one factor in F16 for each 32 of a head: what {@link DType#Q8_0} stores, in another order. A
     * head whose size is no multiple of 32 ends with a shorter block, which has a factor of its own.
     */
    Q8("q8", Byte.BYTES, 32, Short.BYTES);

    private final String label;
    private final int elementBytes;
    private final int blockElements;
    private final int factorBytes;

    KvType(String label, int elementBytes, int blockElements, int factorBytes) {
        this.label = label;
        this.elementBytes = elementBytes;
        this.blockElements = blockElements;
        this.factorBytes = factorBytes;
    }

    /** What people call it. */
    public String label() {
        return label;
    }

    /** Bytes of an element, without the factor that it may share. */
    public int elementBytes() {
        return elementBytes;
    }

    /** Elements of a head that share a factor: 1 where each stands alone. */
    public int blockElements() {
        return blockElements;
    }

    /** Blocks of a head of that size: the last one may be a shorter one. */
    public int blocks(int headSize) {
        return Math.ceilDiv(headSize, blockElements);
    }

    /** Bytes of a head of that size at one position, its factors included. */
    public long bytes(int headSize) {
        return (long) headSize * elementBytes + (long) blocks(headSize) * factorBytes;
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
