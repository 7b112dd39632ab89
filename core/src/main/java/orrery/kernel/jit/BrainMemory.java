package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orrery.kernel.Crew;

/** Rows of activations, rounded to BF16 ({@link BrainRowWriter}) once for all products that read them. */
final class BrainMemory implements Crew.Task {
    /** Elements that one thread rounds sooner than others wake up. */
    private static final long ALONE = 1 << 15;

    /** Between a row and the next one, so that rows do not compete for the same sets of a cache. */
    private static final long APART = 64;

    private final Crew crew;
    private final FloatCode code;
    private final GrowingMemory memory = new GrowingMemory();
    private final List<Source> sources = new ArrayList<>();
    private int[] starts = new int[17];
    private int count;
    private long bytes;
    private long elements;

    /** Rows that are asked for, {@code offset} bytes into the memory. */
    private record Source(long x, long xStride, int inputs, int rows, long offset) {}

    BrainMemory(Crew crew, FloatCode code) {
        this.crew = crew;
        this.code = code;
    }

    /** Forgets all rows. */
    void begin() {
        sources.clear();
        count = 0;
        bytes = 0;
        elements = 0;
    }

    /**
     * Adds rows.
     *
     * @param x address of the first
     * @param xStride bytes from one to the next
     * @return their number, for {@link #rows}
     */
    int add(long x, long xStride, int inputs, int rows) {
        if (count > 0) {
            var last = sources.getLast();
            if (last.equals(new Source(x, xStride, inputs, rows, last.offset))) {
                return count - 1;
            }
        }
        if (count + 1 == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count + 1);
        }
        sources.add(new Source(x, xStride, inputs, rows, bytes));
        bytes += rows * rowBytes(inputs);
        elements += (long) rows * inputs;
        starts[count + 1] = starts[count] + rows;
        return count++;
    }

    /** Bytes from a row that is rounded to the next. */
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

    /** One row. */
    @Override
    public void run(int part, int worker) {
        int found = Arrays.binarySearch(starts, 0, count + 1, part);
        int number = found >= 0 ? found : -found - 2;
        var source = sources.get(number);
        int row = part - starts[number];
        long stride = rowBytes(source.inputs);
        code.rounding(new BrainRowWriter.Shape(source.inputs))
                .call(
                        source.x + row * source.xStride,
                        source.xStride,
                        memory.address() + source.offset + row * stride,
                        stride,
                        1);
    }

    /** Where the first row begins. */
    long rows(int source) {
        return memory.address() + sources.get(source).offset;
    }

    void close() {
        memory.close();
    }
}
