package orrery.convert;

import java.util.Optional;
import orrery.tensor.DType;
import orrery.tensor.Shape;

/**
 * A tensor that is to be written.
 *
 * @param name in the new file
 * @param shape in the new file, outermost first
 * @param rows what its elements are, in their order; of the same number, but perhaps cut into other rows
 * @param bytesBefore what it takes in the model that is converted; 0 for one that is made
 * @param dtype what it becomes
 * @param insteadOf what it would have become if its rows were long enough
 */
record PlannedTensor(
        String name, Shape shape, TensorRows rows, long bytesBefore, DType dtype, Optional<DType> insteadOf) {

    PlannedTensor {
        if (shape.elements() != rows.count() * rows.columns()) {
            throw new IllegalArgumentException(
                    name + " " + shape + " of " + rows.count() + " rows of " + rows.columns() + " elements");
        }
    }

    long bytes() {
        return dtype.bytes(shape.elements());
    }
}
