package orrery.quant;

import orrery.tensor.DType;

/** The smallest and the largest of a block's values. */
record Extent(float least, float most) {

    /** @throws QuantException if a value is not finite */
    static Extent of(DType dtype, float[] values, int at, int count) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            float value = values[i];
            if (!Float.isFinite(value)) {
                throw new QuantException(dtype + " cannot hold " + value + ", expected finite numbers");
            }
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        return new Extent(least, most);
    }

    /** The value farthest from zero, with its sign. */
    float farthest() {
        return -least > most ? least : most;
    }
}
