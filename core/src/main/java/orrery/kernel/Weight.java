package orrery.kernel;

/**
 * A matrix as one {@link Kernels} multiplies with it: what {@link Kernels#prepare} makes of it, and all that products
 * take. It belongs to the kernels that made it and is of no use to others; what was packed for it is freed when they
 * are closed.
 *
 * <p>Floats are multiplied where they lie, whichever way round, and may change between two operations, as they do in
 * training. Only a packed weight is a copy, which later changes of its matrix do not reach.
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

    /** Elements of a row of results. */
    public final int outputs() {
        return outputs;
    }

    /** Elements of a row of activations. */
    public final int inputs() {
        return inputs;
    }

    /**
     * Whether it is a copy in another order or form: its matrix is not read again, and its elements can no longer
     * change.
     */
    public abstract boolean packed();
}
