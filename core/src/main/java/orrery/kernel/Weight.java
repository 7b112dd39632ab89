package orrery.kernel;

/**
 * A matrix in the form that {@link Kernels} multiply with: the result of {@link Kernels#prepare}, and what products
 * take. It can only be used with the kernels that made it; packed memory is freed when they are closed.
 *
 * <p>Floats are multiplied in place, in either layout, and may change between two operations, as they do in training.
 * Only a packed weight is a copy, which later changes of its matrix do not reach.
 */
public abstract class Weight {
    private final Kernels owner;
    private final int outputs;
    private final int inputs;

    /**
     * A weight {@code [outputs, inputs]}.
     *
     * @param owner the kernels that can multiply with it
     */
    protected Weight(Kernels owner, int outputs, int inputs) {
        this.owner = owner;
        this.outputs = outputs;
        this.inputs = inputs;
    }

    /** The kernels that made it. */
    public final Kernels owner() {
        return owner;
    }

    /** Elements of an output row. */
    public final int outputs() {
        return outputs;
    }

    /** Elements of an input row. */
    public final int inputs() {
        return inputs;
    }

    /**
     * Whether it is a copy in another order or form: its matrix is not read again, and later changes of its elements
     * have no effect.
     */
    public abstract boolean packed();
}
