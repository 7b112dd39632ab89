package orrery.lab.tape;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import orrery.kernel.Crew;
import orrery.tensor.Tensor;

/**
 * Loops over rows of activations on a crew's threads. Each row is one thread's, and what is summed over rows is summed
 * in their order, so that results are the same bits whatever the number of threads.
 */
final class RowLoops {
    private static final int ROWS_TOGETHER = 8;
    private static final int COLUMNS_TOGETHER = 32;

    private final Crew crew;
    private final Room[] rooms;

    RowLoops(Crew crew) {
        this.crew = crew;
        rooms = IntStream.range(0, crew.workers()).mapToObj(_ -> new Room()).toArray(Room[]::new);
    }

    /** A worker's own arrays, used again from row to row. */
    static final class Room {
        private final float[][] arrays = new float[8][0];

        /** Array {@code index}, at least that long, of any content. */
        float[] array(int index, int length) {
            if (arrays[index].length < length) {
                arrays[index] = new float[length];
            }
            return arrays[index];
        }

        /** Array {@code index} with a row of a tensor. */
        float[] row(int index, Tensor x, long row) {
            var to = array(index, (int) x.columns());
            read(x, row, to);
            return to;
        }

        /** The same, after which the row is zero: the gradient of an output. */
        float[] take(int index, Tensor x, long row) {
            var to = row(index, x, row);
            segment(x, row).fill((byte) 0);
            return to;
        }
    }

    /** What is done with one row. */
    @FunctionalInterface
    interface Body {
        void row(int row, Room room);
    }

    /** Runs a body for every row. */
    void rows(int rows, Body body) {
        crew.run(
                (part, worker) -> {
                    int end = Math.min(rows, (part + 1) * ROWS_TOGETHER);
                    for (int row = part * ROWS_TOGETHER; row < end; row++) {
                        body.row(row, rooms[worker]);
                    }
                },
                Math.ceilDiv(rows, ROWS_TOGETHER));
    }

    /** Runs a body for {@code parts} large parts. */
    void parts(int parts, Body body) {
        crew.run((part, worker) -> body.row(part, rooms[worker]), parts);
    }

    /**
     * {@code sums[i] += terms[r, i] + terms[r, size + i] + ...} over all rows, {@code size} being the columns of
     * {@code sums}.
     */
    void addColumnSums(Tensor sums, Tensor terms, int rows) {
        int size = (int) sums.columns();
        int columns = (int) terms.columns();
        crew.run(
                (part, _) -> {
                    int from = part * COLUMNS_TOGETHER;
                    int count = Math.min(COLUMNS_TOGETHER, size - from);
                    var totals = new double[count];
                    for (int r = 0; r < rows; r++) {
                        for (int group = 0; group < columns; group += size) {
                            long at = (long) r * columns + group + from;
                            for (int i = 0; i < count; i++) {
                                totals[i] += terms.data().getAtIndex(ValueLayout.JAVA_FLOAT, at + i);
                            }
                        }
                    }
                    for (int i = 0; i < count; i++) {
                        float before = sums.data().getAtIndex(ValueLayout.JAVA_FLOAT, from + i);
                        sums.data().setAtIndex(ValueLayout.JAVA_FLOAT, from + i, (float) (before + totals[i]));
                    }
                },
                Math.ceilDiv(size, COLUMNS_TOGETHER));
    }

    static MemorySegment segment(Tensor x, long row) {
        long bytes = x.columns() * Float.BYTES;
        return x.data().asSlice(row * bytes, bytes);
    }

    static void read(Tensor x, long row, float[] to) {
        int columns = (int) x.columns();
        MemorySegment.copy(x.data(), ValueLayout.JAVA_FLOAT, row * columns * Float.BYTES, to, 0, columns);
    }

    static void write(Tensor x, long row, float[] from) {
        int columns = (int) x.columns();
        MemorySegment.copy(from, 0, x.data(), ValueLayout.JAVA_FLOAT, row * columns * Float.BYTES, columns);
    }

    /** {@code x[row] += from}. */
    static void add(Tensor x, long row, float[] from) {
        add(x, row, 0, from, 0, (int) x.columns(), 1);
    }

    /** {@code x[row, column + i] += from[first + i] * factor} for {@code i < count}. */
    static void add(Tensor x, long row, int column, float[] from, int first, int count, float factor) {
        // In an array, because loops over memory segments are not compiled to vector instructions.
        long at = (row * x.columns() + column) * Float.BYTES;
        var sums = new float[count];
        MemorySegment.copy(x.data(), ValueLayout.JAVA_FLOAT, at, sums, 0, count);
        for (int i = 0; i < count; i++) {
            sums[i] += from[first + i] * factor;
        }
        MemorySegment.copy(sums, 0, x.data(), ValueLayout.JAVA_FLOAT, at, count);
    }

    /** {@code to[row, column + i] = from[other, first + i]} for {@code i < count}. */
    static void copyPiece(Tensor to, long row, int column, Tensor from, long other, int first, int count) {
        MemorySegment.copy(
                from.data(),
                (other * from.columns() + first) * Float.BYTES,
                to.data(),
                (row * to.columns() + column) * Float.BYTES,
                (long) count * Float.BYTES);
    }

    static float element(Tensor x, long row, long column) {
        return x.data().getAtIndex(ValueLayout.JAVA_FLOAT, row * x.columns() + column);
    }

    static void addElement(Tensor x, long row, long column, float more) {
        long at = row * x.columns() + column;
        x.data().setAtIndex(ValueLayout.JAVA_FLOAT, at, x.data().getAtIndex(ValueLayout.JAVA_FLOAT, at) + more);
    }
}
