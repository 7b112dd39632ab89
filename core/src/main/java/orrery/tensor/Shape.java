package orrery.tensor;

import java.util.List;
import java.util.stream.Collectors;

/** The extents of a tensor, outermost first; {@code []} is a scalar. Extents are never negative. */
public record Shape(List<Long> dimensions) {

    public Shape {
        dimensions = List.copyOf(dimensions);
        for (long dimension : dimensions) {
            if (dimension < 0) {
                throw new IllegalArgumentException("a dimension is negative in " + dimensions);
            }
        }
    }

    public static Shape of(long... dimensions) {
        return new Shape(java.util.Arrays.stream(dimensions).boxed().toList());
    }

    /**
     * The product of all extents.
     *
     * @throws ArithmeticException if it exceeds a {@code long}
     */
    public long elements() {
        long elements = 1;
        for (long dimension : dimensions) {
            elements = Math.multiplyExact(elements, dimension);
        }
        return elements;
    }

    /** The innermost extent, or 1 for a scalar: the elements of one row. */
    public long columns() {
        return dimensions.isEmpty() ? 1 : dimensions.getLast();
    }

    /** The number of rows of {@link #columns}: all outer extents multiplied. */
    public long rows() {
        return columns() == 0 ? 0 : elements() / columns();
    }

    /** In the usual notation: {@code [4096, 1024]}. */
    @Override
    public String toString() {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
