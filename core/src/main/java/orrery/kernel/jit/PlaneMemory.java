package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orrery.kernel.Crew;
import orrery.tensor.DType;

/** Rows of activations, converted to planes ({@link PlaneWriter}) once for all products that read them. */
final class PlaneMemory implements Crew.Task {
    private final Crew crew;
    private final FloatCode code;
    private final Tiles tiles;
    private final GrowingMemory memory = new GrowingMemory();
    private final List<Source> sources = new ArrayList<>();
    private int[] starts = new int[17];
    private int count;
    private long bytes;

    /** Requested rows; reused by the next run. */
    private static final class Source {
        long x;
        long xStride;
        int inputs;
        int rows;
        boolean inOrder;
        long offset;

        boolean is(long otherX, long otherStride, int otherInputs, int otherRows, boolean otherOrder) {
            return x == otherX
                    && xStride == otherStride
                    && inputs == otherInputs
                    && rows == otherRows
                    && inOrder == otherOrder;
        }
    }

    PlaneMemory(Crew crew, FloatCode code, Tiles tiles) {
        this.crew = crew;
        this.code = code;
        this.tiles = tiles;
    }

    /** Removes all rows. */
    void begin() {
        count = 0;
        bytes = 0;
    }

    /**
     * Adds rows.
     *
     * @param inOrder whether all inputs are one plane, in order
     * @return their number, for {@link #tile}
     */
    int add(long x, long xStride, int inputs, int rows, boolean inOrder) {
        if (count > 0 && sources.get(count - 1).is(x, xStride, inputs, rows, inOrder)) {
            return count - 1;
        }
        if (count == sources.size()) {
            sources.add(new Source());
        }
        if (count + 1 == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count + 1);
        }
        var source = sources.get(count);
        source.x = x;
        source.xStride = xStride;
        source.inputs = inputs;
        source.rows = rows;
        source.inOrder = inOrder;
        source.offset = bytes;
        bytes += tiles.count(rows) * tileBytes(inputs);
        starts[count + 1] = starts[count] + tiles.count(rows);
        return count++;
    }

    /** Bytes of a tile: whole vectors of inputs, with a vector of rows each. */
    private long tileBytes(int inputs) {
        int lanes = code.tier().lanes();
        return (long) (inputs + lanes - 1) / lanes * lanes * code.tier().kind().bytes();
    }

    /** Converts all of them. */
    void turn() {
        memory.ensure(bytes);
        crew.run(this, starts[count]);
    }

    /** Converts one tile. */
    @Override
    public void run(int part, int worker) {
        int found = Arrays.binarySearch(starts, 0, count + 1, part);
        var source = sources.get(found >= 0 ? found : -found - 2);
        int tile = part - starts[found >= 0 ? found : -found - 2];
        int lanes = code.tier().lanes();
        int line = code.tier().kind().bytes();
        int steps = (source.inputs + lanes - 1) / lanes;
        int tail = source.inputs % lanes;
        var shape = new PlaneWriter.Shape(
                DType.F32, tiles.rows(source.rows, tile), tail, source.inOrder ? lanes * line : line, !source.inOrder);
        code.planes(shape)
                .call(
                        source.x + tiles.first(source.rows, tile) * source.xStride,
                        source.xStride,
                        memory.address() + source.offset + tile * tileBytes(source.inputs),
                        source.inOrder ? line : (long) steps * line,
                        source.inputs / lanes);
    }

    /** The address of a tile. */
    long tile(int source, int tile) {
        return memory.address() + sources.get(source).offset + tile * tileBytes(sources.get(source).inputs);
    }

    void close() {
        memory.close();
    }
}
