package orrery.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The type of the cached keys and values. All computation is in float. */
public enum KvType {
    /** Not converted. */
    F32("f32", Float.BYTES, 1, 0),
    /** IEEE 754 binary16, rounded to nearest: beyond 65504 it is infinite. */
    F16("f16", Short.BYTES, 1, 0),
    /** The upper half of a binary32, rounded to nearest. */
    BF16("bf16", Short.BYTES, 1, 0),
    /**
     * Signed bytes, with one F16 factor per 32 elements of a head: the values of {@link DType#Q8_0} in another layout.
     * If a head's size is not a multiple of 32, its last block is shorter and has its own factor.
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

    /** Its name in options and messages. */
    public String label() {
        return label;
    }

    /** Bytes per element, without the shared factor. */
    public int elementBytes() {
        return elementBytes;
    }

    /** Elements of a head that share a factor; 1 if there are no factors. */
    public int blockElements() {
        return blockElements;
    }

    /** Blocks per head of that size; the last one may be shorter. */
    public int blocks(int headSize) {
        return Math.ceilDiv(headSize, blockElements);
    }

    /** Bytes per head of that size at one position, including its factors. */
    public long bytes(int headSize) {
        return (long) headSize * elementBytes + (long) blocks(headSize) * factorBytes;
    }

    /** The type with that name, ignoring case; empty if there is none. */
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
