package orrery.spec;

import java.util.Arrays;
import java.util.List;

/**
 * One tensor of an operation.
 *
 * @param role its name within its owner, such as {@code q.weight}
 * @param dimensions the shape of one copy: {@code [out, in]} for a matrix, {@code [n]} for a vector
 * @param copies the number of copies; one per expert in a mixture
 * @param activeCopies how many of them are active per token
 * @param use how it is used
 */
public record WeightSpec(String role, List<Integer> dimensions, int copies, int activeCopies, Use use) {

    /** How a forward pass uses a tensor. */
    public enum Use {
        /** Every element of an active copy is multiplied. */
        MULTIPLIED,
        /** One row per token is read: embedding tables. */
        LOOKED_UP,
        /** Released files contain it, nothing reads it, and some files omit it. */
        UNUSED
    }

    public WeightSpec {
        dimensions = List.copyOf(dimensions);
        for (int dimension : dimensions) {
            SpecException.require(dimension > 0, role + ": a dimension of " + dimensions + " is not positive");
        }
    }

    static WeightSpec of(String role, int... dimensions) {
        return new WeightSpec(role, Arrays.stream(dimensions).boxed().toList(), 1, 1, Use.MULTIPLIED);
    }

    WeightSpec lookedUp() {
        return new WeightSpec(role, dimensions, copies, activeCopies, Use.LOOKED_UP);
    }

    WeightSpec unused() {
        return new WeightSpec(role, dimensions, copies, 0, Use.UNUSED);
    }

    WeightSpec times(int count, int active) {
        return new WeightSpec(role, dimensions, count, active, use);
    }

    WeightSpec within(String owner) {
        return new WeightSpec(owner + "." + role, dimensions, copies, activeCopies, use);
    }

    /** Elements of one copy. */
    public long elements() {
        return counted(dimensions.stream().mapToLong(Integer::longValue).toArray());
    }

    /** Elements of all copies. */
    public long parameters() {
        return counted(elements(), copies);
    }

    private long counted(long... factors) {
        long product = 1;
        for (long factor : factors) {
            SpecException.require(
                    factor == 0 || product <= Long.MAX_VALUE / 1_000_000 / factor,
                    role + " " + dimensions + " holds more elements than any memory");
            product *= factor;
        }
        return product;
    }

    /** Elements of the copies that are active per token. */
    public long activeParameters() {
        return counted(elements(), activeCopies);
    }
}
