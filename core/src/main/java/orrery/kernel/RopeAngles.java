package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import orrery.tensor.Tensor;

/**
 * {@link Kernels#angles} in parallel, bitwise equal to the scalar reference. Every backend uses it, since no processor
 * has cosine instructions that equal Java's.
 */
public final class RopeAngles implements Crew.Task {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Below this number of pairs, waking another thread costs more than it saves. */
    private static final int WORTH_SHARING = 650;

    private static final int PARTS_OF_WORKER = 4;

    private final Crew crew;
    private MemorySegment out = MemorySegment.NULL;
    private float[] frequencies = {};
    private float factor;
    private int[] positions = {};
    private int rows;
    private int rowsOfPart = 1;

    public RopeAngles(Crew crew) {
        this.crew = crew;
    }

    /** {@code out[r] = [cos..., sin...]}, shapes as in {@link Kernels#angles}. */
    public void fill(Tensor result, float[] perPosition, float scale, int[] at, int count) {
        out = result.data();
        frequencies = perPosition;
        factor = scale;
        positions = at;
        rows = count;
        long pairs = (long) count * perPosition.length;
        long parts = pairs < WORTH_SHARING ? 1 : Math.min(PARTS_OF_WORKER * crew.workers(), pairs / WORTH_SHARING + 1);
        rowsOfPart = Math.max(1, (int) ((count + parts - 1) / parts));
        crew.run(this, (count + rowsOfPart - 1) / rowsOfPart);
        out = MemorySegment.NULL;
    }

    @Override
    public void run(int part, int worker) {
        int pairs = frequencies.length;
        for (int r = part * rowsOfPart; r < Math.min(rows, (part + 1) * rowsOfPart); r++) {
            for (int i = 0; i < pairs; i++) {
                // In float, as the reference implementations do: more precision would differ from them at large
                // positions.
                float angle = positions[r] * frequencies[i];
                long at = 2L * r * pairs + i;
                out.setAtIndex(FLOAT, at, (float) Math.cos(angle) * factor);
                out.setAtIndex(FLOAT, at + pairs, (float) Math.sin(angle) * factor);
            }
        }
    }
}
