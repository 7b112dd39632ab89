package orrery.report;

/**
 * What a checkpoint stores in one dtype.
 *
 * @param dtype such as {@code BF16}
 * @param tensors how many tensors
 * @param elements of all of them
 * @param bytes of all of them
 */
public record StoredWeights(String dtype, long tensors, long elements, long bytes) {

    /** These and others of the same dtype. */
    public StoredWeights plus(StoredWeights other) {
        return new StoredWeights(dtype, tensors + other.tensors, elements + other.elements, bytes + other.bytes);
    }
}
