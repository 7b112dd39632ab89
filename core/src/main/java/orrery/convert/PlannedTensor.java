package orrery.convert;

import java.util.Optional;
import orrery.tensor.DType;
import orrery.tensor.Shape;

/**
 * A tensor to write.
 *
 * @param name in the new file
 * @param shape in the new file, outermost first
 * @param rows its elements, in order; possibly split into rows of another length
 * @param bytesBefore bytes in the original model; 0 for a tensor that is not in it
 * @param dtype its dtype in the new file
 * @param insteadOf the dtype that its rows were too short for
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
