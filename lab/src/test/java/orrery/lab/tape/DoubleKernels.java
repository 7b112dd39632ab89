package orrery.lab.tape;

import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.kernel.Weight;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Every operation in double, written anew from its definition: a whole forward pass whose differences are exact enough
 * to hold gradients against. Activations' floats are not kept up.
 */
final class DoubleKernels extends DoubleSparse implements Kernels {

    DoubleKernels(Parameters parameters) {
        super(new DoubleMemory(parameters));
    }

    /** A matrix, read as it is. */
    static final class Plain extends Weight {
        final Matrix matrix;

        Plain(Kernels owner, Matrix matrix) {
            super(owner, matrix.rows(), matrix.columns());
            this.matrix = matrix;
        }

        @Override
        public boolean packed() {
            return false;
        }
    }

    @Override
    public String description() {
        return "double";
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        return memory.allocate(rows, columns);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        return new Plain(this, matrix);
    }

    @Override
    public Tensor vector(Matrix vector, int from, int length, float offset) {
        var copy = allocate(1, length);
        memory.vector(copy, vector, from, length, offset);
        return copy;
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        var to = memory.of(out);
        var from = memory.numbers(table);
        int start = (int) memory.first(table);
        int columns = table.columns();
        for (int i = 0; i < rows * columns; i++) {
            to[i] = from[start + ids[i / columns] * columns + i % columns] * scale;
        }
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        var to = memory.of(x);
        var from = memory.numbers(table);
        int start = (int) memory.first(table);
        int columns = table.columns();
        for (int i = 0; i < rows * columns; i++) {
            to[i] += from[start + ids[i / columns] * columns + i % columns];
        }
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        var from = memory.of(x);
        var to = memory.of(out);
        var gain = memory.of(weight);
        int size = gain.length;
        for (int group = 0; group < rows * x.columns(); group += size) {
            double squares = 0;
            for (int i = 0; i < size; i++) {
                squares += from[group + i] * from[group + i];
            }
            double length = Math.sqrt(squares / size + epsilon);
            for (int i = 0; i < size; i++) {
                to[group + i] = gain[i] * from[group + i] / length;
            }
        }
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        var from = memory.of(x);
        var to = memory.of(out);
        var gain = memory.of(weight);
        var more = memory.of(bias);
        int size = gain.length;
        for (int row = 0; row < rows * size; row += size) {
            double mean = mean(from, row, size);
            double deviation = Math.sqrt(variance(from, row, size, mean) + epsilon);
            for (int i = 0; i < size; i++) {
                to[row + i] = (from[row + i] - mean) / deviation * gain[i] + more[i];
            }
        }
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        product(out, 0, x, 0, weight, 0, rows);
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        var to = memory.of(x);
        var more = memory.of(bias);
        for (int i = 0; i < rows * more.length; i++) {
            to[i] += more[i % more.length];
        }
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        var to = memory.of(out);
        int pairs = frequencies.length;
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < pairs; i++) {
                float angle = positions[r] * frequencies[i];
                to[r * 2 * pairs + i] = Math.cos(angle) * factor;
                to[r * 2 * pairs + pairs + i] = Math.sin(angle) * factor;
            }
        }
    }

    @Override
    public void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows) {
        var numbers = memory.of(x);
        var turn = memory.of(angles);
        int columns = (int) x.columns();
        int pairs = (int) angles.columns() / 2;
        for (int r = 0; r < rows; r++) {
            for (int head = 0; head < columns; head += headSize) {
                for (int i = 0; i < pairs; i++) {
                    int at = r * columns + head + offset;
                    int first = at + (pairing == Position.Pairing.HALVES ? i : 2 * i);
                    int second = at + (pairing == Position.Pairing.HALVES ? pairs + i : 2 * i + 1);
                    double cos = turn[r * 2 * pairs + i];
                    double sin = turn[r * 2 * pairs + pairs + i];
                    double u = numbers[first];
                    numbers[first] = u * cos - numbers[second] * sin;
                    numbers[second] = numbers[second] * cos + u * sin;
                }
            }
        }
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        var keys = memory.of(key);
        boolean separate = cache.spec(cache.poolOf(layer)).value() > 0;
        var values = separate ? memory.of(value) : new double[0];
        int keyColumns = (int) key.columns();
        int valueColumns = separate ? (int) value.columns() : 0;
        for (int r = 0; r < step.rows(); r++) {
            var both = new double[keyColumns + valueColumns];
            System.arraycopy(keys, r * keyColumns, both, 0, keyColumns);
            System.arraycopy(values, r * valueColumns, both, keyColumns, valueColumns);
            memory.store(cache, layer, step.pages(r, cache.poolOf(layer)), step.positions()[r], both);
        }
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step) {
        var to = memory.of(out);
        var queries = memory.of(query);
        var heads = attention.heads();
        int pool = cache.poolOf(layer);
        int valuesFrom = cache.spec(pool).value() > 0 ? heads.keyValue() * heads.size() : 0;
        for (int r = 0; r < step.rows(); r++) {
            int first = attention.reach().firstSeenFrom(step.positions()[r]);
            int last = attention.reach().lastSeenFrom(step.positions()[r], step.lastSeen()[r]);
            var seen = new double[last - first + 1][];
            for (int p = first; p <= last; p++) {
                seen[p - first] = memory.cached(cache, layer, step.pages(r, pool), p);
            }
            for (int h = 0; h < heads.query(); h++) {
                int from = (r * heads.query() + h) * heads.size();
                int head = h / heads.group();
                var shares = new double[last - first + 1];
                double sum = 0;
                for (int p = first; p <= last; p++) {
                    var key = seen[p - first];
                    double score = 0;
                    for (int i = 0; i < heads.size(); i++) {
                        score += queries[from + i] * key[head * heads.size() + i];
                    }
                    score *= attention.scale();
                    if (attention.softcap() > 0) {
                        score = attention.softcap() * Math.tanh(score / attention.softcap());
                    }
                    shares[p - first] = Math.exp(score);
                    sum += shares[p - first];
                }
                int size = attention.valueSize();
                int at = (r * heads.query() + h) * size;
                java.util.Arrays.fill(to, at, at + size, 0);
                for (int p = first; p <= last; p++) {
                    var value = seen[p - first];
                    for (int i = 0; i < size; i++) {
                        to[at + i] += shares[p - first] / sum * value[valuesFrom + head * size + i];
                    }
                }
            }
        }
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        var numbers = memory.of(x);
        int columns = (int) x.columns();
        for (int i = 0; i < rows * columns; i++) {
            numbers[i] *= factors[i / columns];
        }
    }

    private static double act(Activation activation, double x) {
        return switch (activation) {
            case SILU -> x / (1 + Math.exp(-x));
            case GELU_TANH -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case GELU_ERF -> x * orrery.kernel.Activations.normalShareBelow(x);
            case RELU -> Math.max(x, 0);
        };
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        var from = memory.of(x);
        var to = memory.of(out);
        for (int i = 0; i < rows * x.columns(); i++) {
            to[i] = act(activation, from[i]);
        }
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        var gates = memory.of(gate);
        var ups = memory.of(up);
        var to = memory.of(out);
        for (int i = 0; i < rows * gate.columns(); i++) {
            to[i] = act(activation, gates[i]) * ups[i];
        }
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        var to = memory.of(x);
        var from = memory.of(y);
        for (int i = 0; i < rows * x.columns(); i++) {
            to[i] += from[i];
        }
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        var numbers = memory.of(x);
        for (int i = 0; i < rows * x.columns(); i++) {
            numbers[i] = cap * Math.tanh(numbers[i] / cap);
        }
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        gather(out, x, indices, 0, count);
    }

    @Override
    public int argmax(Tensor x, int row) {
        throw new UnsupportedOperationException("argmax");
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        throw new UnsupportedOperationException("read");
    }

    @Override
    public void close() {
        memory.close();
    }
}
