package orrery.lab.tape;

import java.util.Optional;
import orrery.tensor.Tensor;

/** What norms, and what else scales a row by its own size, mean for gradients. */
final class NormDerivatives {
    private final TapeMemory memory;
    private final RowLoops loops;

    NormDerivatives(TapeMemory memory, RowLoops loops) {
        this.memory = memory;
        this.loops = loops;
    }

    /**
     * {@code out = weight * n}, {@code n = x / rms(x)}: {@code dX = (e - n mean(e n)) / rms(x)} with
     * {@code e = dOut weight}, in every group of the weight's size.
     *
     * @param x what was normalized
     * @param dWeight empty where the weight is no parameter
     */
    void rms(Tensor dOut, Tensor dX, Tensor x, Tensor weight, Optional<Tensor> dWeight, double epsilon, int rows) {
        int size = (int) weight.columns();
        int columns = (int) x.columns();
        var mark = memory.mark();
        var terms = memory.tensor(dWeight.isPresent() ? rows : 0, columns);
        loops.rows(rows, (r, room) -> {
            var given = room.take(0, dOut, r);
            var input = room.row(1, x, r);
            var gain = room.row(2, weight, 0);
            var more = room.array(3, columns);
            var term = room.array(4, columns);
            for (int from = 0; from < columns; from += size) {
                double squares = 0;
                double along = 0;
                for (int i = 0; i < size; i++) {
                    double value = input[from + i];
                    squares += value * value;
                    along += value * given[from + i] * gain[i];
                }
                double inverse = 1 / Math.sqrt(squares / size + epsilon);
                double back = along / size * inverse * inverse * inverse;
                for (int i = 0; i < size; i++) {
                    double value = input[from + i];
                    more[from + i] = (float) (given[from + i] * gain[i] * inverse - value * back);
                    term[from + i] = (float) (given[from + i] * value * inverse);
                }
            }
            RowLoops.add(dX, r, more);
            if (dWeight.isPresent()) {
                RowLoops.write(terms, r, term);
            }
        });
        dWeight.ifPresent(sums -> loops.addColumnSums(sums, terms, rows));
        memory.release(mark);
    }

    /**
     * {@code out = weight * n + bias}, {@code n = (x - mean) / deviation}:
     * {@code dX = (e - mean(e) - n mean(e n)) / deviation} with {@code e = dOut weight}.
     */
    void layer(
            Tensor dOut,
            Tensor dX,
            Tensor x,
            Tensor weight,
            Optional<Tensor> dWeight,
            Optional<Tensor> dBias,
            double epsilon,
            int rows) {
        int size = (int) weight.columns();
        var mark = memory.mark();
        var terms = memory.tensor(rows, size);
        var biasTerms = memory.copy(dOut, rows);
        loops.rows(rows, (r, room) -> {
            var given = room.take(0, dOut, r);
            var input = room.row(1, x, r);
            var gain = room.row(2, weight, 0);
            var more = room.array(3, size);
            var term = room.array(4, size);
            double mean = mean(input, size);
            double inverse = 1 / Math.sqrt(variance(input, mean, size) + epsilon);
            double sum = 0;
            double along = 0;
            for (int i = 0; i < size; i++) {
                double e = given[i] * (double) gain[i];
                sum += e;
                along += e * (input[i] - mean) * inverse;
            }
            for (int i = 0; i < size; i++) {
                double normal = (input[i] - mean) * inverse;
                more[i] = (float) (inverse * (given[i] * (double) gain[i] - sum / size - normal * along / size));
                term[i] = (float) (given[i] * normal);
            }
            RowLoops.add(dX, r, more);
            RowLoops.write(terms, r, term);
        });
        dWeight.ifPresent(sums -> loops.addColumnSums(sums, terms, rows));
        dBias.ifPresent(sums -> loops.addColumnSums(sums, biasTerms, rows));
        memory.release(mark);
    }

    /**
     * In place, {@code out = x * rms(like) / rms(x)}.
     *
     * @param x what was scaled
     * @param like whose size it got
     * @param floor of {@code x}'s mean square; below it, the size does not depend on {@code x}
     */
    void matchSize(Tensor dX, Tensor x, Tensor like, Tensor dLike, double floor, int rows) {
        int size = (int) x.columns();
        int likeSize = (int) like.columns();
        loops.rows(rows, (r, room) -> {
            var given = room.row(0, dX, r);
            var input = room.row(1, x, r);
            var other = room.row(2, like, r);
            var moreLike = room.array(3, likeSize);
            double along = 0;
            double square = 0;
            for (int i = 0; i < size; i++) {
                along += (double) given[i] * input[i];
                square += (double) input[i] * input[i];
            }
            square /= size;
            double wanted = 0;
            for (int i = 0; i < likeSize; i++) {
                wanted += (double) other[i] * other[i];
            }
            wanted = Math.sqrt(wanted / likeSize);
            double own = Math.sqrt(Math.max(square, floor));
            double factor = wanted / own;
            double back = square > floor ? factor * along / (size * square) : 0;
            for (int i = 0; i < size; i++) {
                given[i] = (float) (factor * given[i] - back * input[i]);
            }
            RowLoops.write(dX, r, given);
            double byLike = wanted == 0 ? 0 : along / own / (likeSize * wanted);
            for (int i = 0; i < likeSize; i++) {
                moreLike[i] = (float) (byLike * other[i]);
            }
            RowLoops.add(dLike, r, moreLike);
        });
    }

    /** In place, {@code out = max(x - (mean + deviations * deviation), 0)}. */
    void cutSmall(Tensor dX, Tensor x, double deviations, int rows) {
        int size = (int) x.columns();
        loops.rows(rows, (r, room) -> {
            var given = room.row(0, dX, r);
            var input = room.row(1, x, r);
            double mean = mean(input, size);
            double deviation = Math.sqrt(variance(input, mean, size));
            float cut = (float) (mean + deviations * deviation);
            double sum = 0;
            for (int i = 0; i < size; i++) {
                sum += input[i] > cut ? given[i] : 0;
            }
            double slope = deviation == 0 ? 0 : deviations / (size * deviation);
            for (int i = 0; i < size; i++) {
                double byCut = sum * (1.0 / size + slope * (input[i] - mean));
                given[i] = (float) ((input[i] > cut ? given[i] : 0) - byCut);
            }
            RowLoops.write(dX, r, given);
        });
    }

    private static double mean(float[] x, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += x[i];
        }
        return sum / size;
    }

    private static double variance(float[] x, double mean, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += (x[i] - mean) * (x[i] - mean);
        }
        return sum / size;
    }
}
