package orrery.kernel.jit;

import java.util.Arrays;
import orrery.kernel.Crew;

/** Rows of activations, rounded to BF16 ({@link BrainRowWriter}) once for all products that read them. */
final class BrainMemory implements Crew.Task {
    /** Up to this number of elements, one thread finishes rounding before others would wake up. */
    private static final long ALONE = 1 << 15;

    /** Padding between rows, so that they do not compete for the same cache sets. */
    private static final long APART = 64;

    private final Crew crew;
    private final FloatCode code;
    private final GrowingMemory memory = new GrowingMemory();
    // For each source, the address of its first row, its stride in bytes, its inputs, and the address of its rounded
    // rows: growing arrays, since nothing may be allocated per token.
    private long[] firsts = new long[16];
    private long[] strides = new long[16];
    private int[] inputs = new int[16];
    private long[] offsets = new long[16];
    private int[] starts = new int[17];
    private int count;
    private long bytes;
    private long elements;

    BrainMemory(Crew crew, FloatCode code) {
        this.crew = crew;
        this.code = code;
    }

    /** Removes all rows. */
    void begin() {
        count = 0;
        bytes = 0;
        elements = 0;
    }

    /**
     * Adds rows.
     *
     * @param x address of the first
     * @param xStride bytes from one to the next
     * @param width elements of a row
     * @return their number, for {@link #rows}
     */
    int add(long x, long xStride, int width, int rows) {
        if (count > 0 && isLast(x, xStride, width, rows)) {
            return count - 1;
        }
        if (count == firsts.length) {
            grow();
        }
        firsts[count] = x;
        strides[count] = xStride;
        inputs[count] = width;
        offsets[count] = bytes;
        bytes += rows * rowBytes(width);
        elements += (long) rows * width;
        starts[count + 1] = starts[count] + rows;
        return count++;
    }

    private boolean isLast(long x, long xStride, int width, int rows) {
        int last = count - 1;
        return firsts[last] == x
                && strides[last] == xStride
                && inputs[last] == width
                && starts[count] - starts[last] == rows;
    }

    private void grow() {
        firsts = Arrays.copyOf(firsts, 2 * count);
        strides = Arrays.copyOf(strides, 2 * count);
        inputs = Arrays.copyOf(inputs, 2 * count);
        offsets = Arrays.copyOf(offsets, 2 * count);
        starts = Arrays.copyOf(starts, 2 * count + 1);
    }

    /** Bytes from one rounded row to the next. */
    long rowBytes(int inputs) {
        return BrainRowWriter.rowBytes(code.tier(), inputs) + APART;
    }

    /** Rounds all of them. */
    void round() {
        memory.ensure(bytes);
        if (elements <= ALONE) {
            for (int part = 0; part < starts[count]; part++) {
                run(part, 0);
            }
        } else {
            crew.run(this, starts[count]);
        }
    }

    /** Rounds one row. */
    @Override
    public void run(int part, int worker) {
        int found = Arrays.binarySearch(starts, 0, count + 1, part);
        int number = found >= 0 ? found : -found - 2;
        int row = part - starts[number];
        long stride = rowBytes(inputs[number]);
        code.rounding(new BrainRowWriter.Shape(inputs[number]))
                .call(
                        firsts[number] + row * strides[number],
                        strides[number],
                        memory.address() + offsets[number] + row * stride,
                        stride,
                        1);
    }

    /** The address of the first rounded row. */
    long rows(int source) {
        return memory.address() + offsets[source];
    }

    void close() {
        memory.close();
    }
}
