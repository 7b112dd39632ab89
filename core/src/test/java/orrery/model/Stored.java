package orrery.model;

import java.util.List;
import java.util.stream.LongStream;

/**
 * A weight to be written to a GGUF file: floats and their extents, outermost first.
 *
 * @param floats in rows
 */
public record Stored(float[] floats, long... dimensions) {

    private int rows() {
        return Math.toIntExact(dimensions[0]);
    }

    private int columns() {
        return floats.length / rows();
    }

    /** Transposed. */
    Stored transposed() {
        var turned = new float[floats.length];
        for (int r = 0; r < rows(); r++) {
            for (int c = 0; c < columns(); c++) {
                turned[c * rows() + r] = floats[r * columns() + c];
            }
        }
        return new Stored(turned, columns(), rows());
    }

    /** The rows from {@code first} to {@code first + count}. */
    Stored rows(int first, int count) {
        var some = new float[count * columns()];
        System.arraycopy(floats, first * columns(), some, 0, some.length);
        return new Stored(some, count, columns());
    }

    /** The matrix at an index of a stack of them. */
    Stored at(int index) {
        int size = Math.toIntExact(dimensions[1] * dimensions[2]);
        var one = new float[size];
        System.arraycopy(floats, index * size, one, 0, size);
        return new Stored(one, dimensions[1], dimensions[2]);
    }

    /** Several of one shape stacked, with their number as the first extent. */
    static Stored stacked(List<Stored> all) {
        var floats = new float[all.size() * all.getFirst().floats.length];
        for (int i = 0; i < all.size(); i++) {
            System.arraycopy(all.get(i).floats, 0, floats, i * all.get(i).floats.length, all.get(i).floats.length);
        }
        return new Stored(
                floats,
                LongStream.concat(LongStream.of(all.size()), LongStream.of(all.getFirst().dimensions))
                        .toArray());
    }

    /** Each matrix of this stack with that of another one below it. */
    public Stored beside(Stored other) {
        var both = new float[floats.length + other.floats.length];
        int count = rows();
        int mine = floats.length / count;
        int theirs = other.floats.length / count;
        for (int i = 0; i < count; i++) {
            System.arraycopy(floats, i * mine, both, i * (mine + theirs), mine);
            System.arraycopy(other.floats, i * theirs, both, i * (mine + theirs) + mine, theirs);
        }
        return new Stored(both, count, dimensions[1] + other.dimensions[1], dimensions[2]);
    }

    /** With the first two extents merged. */
    Stored flat() {
        return new Stored(floats, dimensions[0] * dimensions[1], dimensions[2]);
    }

    /** With one added to every element. */
    Stored plusOne() {
        var more = new float[floats.length];
        for (int i = 0; i < more.length; i++) {
            more[i] = floats[i] + 1;
        }
        return new Stored(more, dimensions);
    }

    /**
     * The halves of each head's rows interleaved: row {@code i} of both becomes rows {@code 2 i} and {@code 2 i + 1}.
     */
    Stored woven(int heads) {
        var woven = new float[floats.length];
        int half = rows() / heads / 2;
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < 2 * half; i++) {
                int from = head * 2 * half + i;
                int to = head * 2 * half + 2 * (i % half) + i / half;
                System.arraycopy(floats, from * columns(), woven, to * columns(), columns());
            }
        }
        return new Stored(woven, dimensions);
    }
}
