package orrery.kernel;

/**
 * {@code out[indices[first + i]] += y[i] * factors[first + i]}, divided among threads by columns: several rows may be
 * added to the same one, always in the same order.
 */
public final class ScatterSum implements Crew.Task {
    private static final long WORTH_SHARING = 64 << 10;

    /** Columns per part: whole cache lines, so that two workers never write to the same one. */
    private static final int APART = 64;

    /** Adds one row, or a part of it, to another. */
    @FunctionalInterface
    public interface RowAdder {
        /**
         * {@code to[i] += from[i] * factor}.
         *
         * @param to the address of a float
         * @param from the address of a float
         * @param count the number of floats
         */
        void addScaled(long to, long from, float factor, int count);
    }

    private final Crew crew;
    private final RowAdder adder;
    private long out;
    private long y;
    private int[] indices = {};
    private float[] factors = {};
    private int first;
    private int count;
    private int columns;
    private int columnsPerPart;

    /** Sums on the threads of {@code crew}. */
    public ScatterSum(Crew crew, RowAdder adder) {
        this.crew = crew;
        this.adder = adder;
    }

    /**
     * Adds rows.
     *
     * @param to the address of the rows that are added to
     * @param source the address of {@code rowCount} rows of {@code width} floats
     * @param rows the target row of each, from index {@code from} on
     * @param weights the factor of each, from index {@code from} on
     */
    public void add(long to, long source, int[] rows, float[] weights, int from, int rowCount, int width) {
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
            adder.addScaled(to, y + Float.BYTES * ((long) i * columns + from), factors[first + i], width);
        }
    }
}
