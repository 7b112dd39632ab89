package orrery.model;

import orrery.kernel.Kernels;
import orrery.kernel.Step;
import orrery.spec.Position;
import orrery.tensor.Tensor;

/**
 * The cosines and sines of one RoPE at the positions of a step. Most kinds rotate a position by the same angles in
 * every sequence; those that depend on the sequence's length are computed once per group of sequences with the same
 * angles.
 */
final class Turn {
    private static final int SHORTEST = 1;

    private final Position.Rope rope;
    private final Kernels kernels;
    private final Tensor angles;
    private final Tensor some;
    private final int[] rows;
    private final int[] positions;
    private int length = SHORTEST;
    private float[] frequencies;

    /** @param name of its buffers */
    Turn(Position.Rope rope, String name, Scratch scratch) {
        this.rope = rope;
        kernels = scratch.kernels();
        angles = scratch.buffer(name, rope.dimensions());
        boolean one = rope.scaling().sameAs(Integer.MAX_VALUE) == SHORTEST;
        some = one ? angles : scratch.buffer(name + " of some rows", rope.dimensions());
        rows = new int[one ? 0 : scratch.rows()];
        positions = new int[rows.length];
        frequencies = rope.frequencies();
    }

    /** Whether another RoPE has the same angles; the pairing only says which elements are rotated. */
    boolean servesFor(Position.Rope other) {
        return rope.theta() == other.theta()
                && rope.dimensions() == other.dimensions()
                && rope.scaling().equals(other.scaling());
    }

    /** {@code [rows, dimensions]}. */
    Tensor angles() {
        return angles;
    }

    /** Computes the angles of a step's rows. */
    void begin(Step step) {
        float factor = (float) rope.scaling().attentionFactor();
        int sequences = step.sequenceCount();
        int first = sequences == 0 ? SHORTEST : lengthOf(step, 0);
        boolean alike = true;
        for (int s = 1; s < sequences; s++) {
            alike &= lengthOf(step, s) == first;
        }
        if (alike) {
            kernels.angles(angles, frequencies(first), factor, step.positions(), step.rows());
            return;
        }
        for (int s = 0; s < sequences; s++) {
            int own = lengthOf(step, s);
            if (isFirst(step, s, own)) {
                int count = gather(step, own);
                kernels.angles(some, frequencies(own), factor, positions, count);
                kernels.scatter(angles, some, rows, 0, count);
            }
        }
    }

    private int lengthOf(Step step, int sequence) {
        return rope.scaling().sameAs(step.length(sequence));
    }

    /** Whether no earlier sequence of the step has the same angles. */
    private boolean isFirst(Step step, int sequence, int own) {
        for (int s = 0; s < sequence; s++) {
            if (lengthOf(step, s) == own) {
                return false;
            }
        }
        return true;
    }

    /** The rows of all sequences with the same angles, and their positions. */
    private int gather(Step step, int own) {
        int count = 0;
        for (int r = 0; r < step.rows(); r++) {
            if (lengthOf(step, step.sequences()[r]) == own) {
                rows[count] = r;
                positions[count++] = step.positions()[r];
            }
        }
        return count;
    }

    private float[] frequencies(int own) {
        if (own != length) {
            length = own;
            frequencies = rope.frequencies(own);
        }
        return frequencies;
    }
}
