package orrery.kernel.jit;

import java.lang.foreign.MemorySegment;
import orrery.kernel.Crew;

/**
 * {@code out[indices[first + i]] += y[i] * factors[first + i]}, shared out by columns: several rows may go to the same
 * one, always in the same order.
 */
final class EmittedScatter implements Crew.Task {
    private static final long WORTH_SHARING = 64 << 10;
    /** Whole cache lines apart, so that two workers never write the same one. */
    private static final int APART = 64;

    private final Crew crew;
    private NativeFunction addTimes = new NativeFunction(MemorySegment.NULL);
    private long out;
    private long y;
    private int[] indices = {};
    private float[] factors = {};
    private int first;
    private int count;
    private int columns;
    private int columnsPerPart;

    EmittedScatter(Crew crew) {
        this.crew = crew;
    }

    /**
     * Adds rows.
     *
     * @param function what adds a row times a number ({@link ElementWriter.Operation#ADD_TIMES})
     */
    void add(
            NativeFunction function,
            long to,
            long source,
            int[] rows,
            float[] weights,
            int from,
            int rowCount,
            int width) {
        addTimes = function;
        out = to;
        y = source;
        indices = rows;
        factors = weights;
        first = from;
        count = rowCount;
        columns = width;
        boolean shared = (long) rowCount * width >= WORTH_SHARING && crew.workers() > 1;
        columnsPerPart = shared ? Math.ceilDiv(width, crew.workers() * APART) * APART : width;
        crew.run(this, width == 0 ? 0 : Math.ceilDiv(width, columnsPerPart));
    }

    @Override
    public void run(int part, int worker) {
        int from = part * columnsPerPart;
        int width = Math.min(columnsPerPart, columns - from);
        for (int i = 0; i < count; i++) {
            long to = out + Float.BYTES * ((long) indices[first + i] * columns + from);
            long row = y + Float.BYTES * ((long) i * columns + from);
            addTimes.call(to, row, row, width, 1, 0, Float.floatToRawIntBits(factors[first + i]), 0);
        }
    }
}
