package orrery.convert;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** The rows of a tensor to write, as floats, from any source. */
interface TensorRows {
    /** The number of rows: all outer dimensions multiplied. */
    long count();

    /** Elements per row. */
    int columns();

    /**
     * Reads rows {@code first} to {@code first + count}, one after another. Many threads may call it at the same time.
     *
     * @param out {@code [count, columns]}, from its beginning
     */
    void read(long first, int count, float[] out);

    /** All bytes, if they are stored contiguously in this dtype already, so that nothing is lost. */
    default Optional<MemorySegment> stored(DType dtype) {
        return Optional.empty();
    }

    /** Matrices of the same shape, one after another: experts, heads, or a single one. */
    record Stacked(List<Matrix> parts) implements TensorRows {
        public Stacked {
            parts = List.copyOf(parts);
        }

        @Override
        public long count() {
            return parts.stream().mapToLong(Matrix::rows).sum();
        }

        @Override
        public int columns() {
            return parts.getFirst().columns();
        }

        @Override
        public Optional<MemorySegment> stored(DType dtype) {
            var first = parts.getFirst();
            boolean whole = parts.size() == 1
                    && first.dtype() == dtype
                    && first.layout() == Matrix.Layout.OUT_IN
                    && first.stride() == first.columns()
                    && first.scales().isEmpty();
            return whole ? Optional.of(first.data().asSlice(0, first.bytes())) : Optional.empty();
        }

        @Override
        public void read(long first, int count, float[] out) {
            int each = parts.getFirst().rows();
            for (int done = 0; done < count; ) {
                int row = (int) ((first + done) % each);
                int some = Math.min(count - done, each - row);
                MatrixRows.read(parts.get((int) ((first + done) / each)), row, some, out, done * columns());
                done += some;
            }
        }
    }

    /** Matrices with the same number of rows, side by side: row 0 of all, then row 1 of all. */
    record SideBySide(List<Matrix> parts) implements TensorRows {
        public SideBySide {
            parts = List.copyOf(parts);
        }

        @Override
        public long count() {
            return parts.getFirst().rows();
        }

        @Override
        public int columns() {
            return parts.stream().mapToInt(Matrix::columns).sum();
        }

        @Override
        public void read(long first, int count, float[] out) {
            for (int i = 0; i < count; i++) {
                int at = i * columns();
                for (var part : parts) {
                    MatrixRows.read(part, (int) first + i, 1, out, at);
                    at += part.columns();
                }
            }
        }
    }

    /**
     * The rows of each head reordered for another RoPE pairing: row {@code 2i + j} of a head was row
     * {@code j * size / 2 + i}.
     *
     * @param halves rows whose heads are paired half a head apart
     * @param size rows per head
     */
    record Interleaved(TensorRows halves, int size) implements TensorRows {
        @Override
        public long count() {
            return halves.count();
        }

        @Override
        public int columns() {
            return halves.columns();
        }

        @Override
        public void read(long first, int count, float[] out) {
            var row = new float[columns()];
            for (int i = 0; i < count; i++) {
                long head = (first + i) / size;
                int within = (int) ((first + i) % size);
                halves.read(head * size + within % 2 * (size / 2) + within / 2, 1, row);
                System.arraycopy(row, 0, out, i * columns(), columns());
            }
        }
    }

    /** Adds one to every element: the gain of a norm whose file stores the difference from one. */
    record OnePlus(TensorRows stored) implements TensorRows {
        @Override
        public long count() {
            return stored.count();
        }

        @Override
        public int columns() {
            return stored.columns();
        }

        @Override
        public void read(long first, int count, float[] out) {
            stored.read(first, count, out);
            for (int i = 0; i < count * columns(); i++) {
                out[i] += 1;
            }
        }
    }

    /** A row that is not in any file; not to be changed. */
    record Made(float[] row) implements TensorRows {
        @Override
        public long count() {
            return 1;
        }

        @Override
        public int columns() {
            return row.length;
        }

        @Override
        public void read(long first, int count, float[] out) {
            System.arraycopy(row, 0, out, 0, row.length);
        }
    }
}
