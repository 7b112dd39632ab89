package orrery.kernel.jit;

import java.util.Arrays;
import orrery.kernel.Crew;

/** Rows of activations, rounded into tiles ({@link RoundedRow}) once for all products that read them. */
final class TileMemory implements Crew.Task {
    /** Up to this number of elements, one thread finishes rounding before others would wake up. */
    private static final long ALONE = 1 << 14;

    private final Crew crew;
    private final Tiles tiles;
    private final NativeFunction rounding;
    private final GrowingMemory memory = new GrowingMemory();
    private long[] sources = new long[16];
    private long[] strides = new long[16];
    private int[] inputs = new int[16];
    private int[] rows = new int[16];
    private long[] offsets = new long[17];
    private int[] starts = new int[17];
    private int count;
    private long elements;

    TileMemory(Crew crew, Tiles tiles, NativeFunction rounding) {
        this.crew = crew;
        this.tiles = tiles;
        this.rounding = rounding;
    }

    /** Removes all rows. */
    void begin() {
        count = 0;
        elements = 0;
    }

    /**
     * Adds rows.
     *
     * @param x address of the first
     * @param xStride bytes from one to the next
     * @return their number, for {@link #tile}
     */
    int add(long x, long xStride, int width, int rowCount) {
        if (count > 0
                && sources[count - 1] == x
                && strides[count - 1] == xStride
                && inputs[count - 1] == width
                && rows[count - 1] == rowCount) {
            return count - 1;
        }
        if (count == sources.length) {
            grow();
        }
        sources[count] = x;
        strides[count] = xStride;
        inputs[count] = width;
        rows[count] = rowCount;
        offsets[count + 1] = offsets[count] + rowCount * RoundedRow.bytes(width);
        starts[count + 1] = starts[count] + rowCount;
        elements += (long) rowCount * width;
        return count++;
    }

    private void grow() {
        int size = 2 * count;
        sources = Arrays.copyOf(sources, size);
        strides = Arrays.copyOf(strides, size);
        inputs = Arrays.copyOf(inputs, size);
        rows = Arrays.copyOf(rows, size);
        offsets = Arrays.copyOf(offsets, size + 1);
        starts = Arrays.copyOf(starts, size + 1);
    }

    /** Rounds all of them. */
    void round() {
        memory.ensure(offsets[count]);
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
        int source = found >= 0 ? found : -found - 2;
        int row = part - starts[source];
        int tile = tiles.of(rows[source], row);
        int first = tiles.first(rows[source], tile);
        int size = tiles.rows(rows[source], tile);
        rounding.call(
                sources[source] + row * strides[source],
                tile(source, first) + (long) RoundedRow.LINE * (row - first),
                (long) RoundedRow.LINE * size,
                inputs[source] / PanelFormat.UNIT);
    }

    /** The address of the tile whose first row is {@code firstRow}. */
    long tile(int source, int firstRow) {
        return memory.address() + offsets[source] + firstRow * RoundedRow.bytes(inputs[source]);
    }

    void close() {
        memory.close();
    }
}
