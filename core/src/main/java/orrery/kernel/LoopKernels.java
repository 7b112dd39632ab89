package orrery.kernel;

import java.util.List;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The operations of small models as loops over arrays, on the caller's thread; rare ones are left to the scalar
 * reference.
 */
final class LoopKernels implements Kernels {
    private final ScalarKernels scalar = new ScalarKernels();
    private final LoopAttention attention = new LoopAttention();
    private short[] bits = {};

    @Override
    public String description() {
        return "plain loops for small models, 1 thread";
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        return LoopArrays.allocate(rows, columns);
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        if (table.layout() != Matrix.Layout.OUT_IN || table.scales().isPresent() || table.dtype() != DType.BF16) {
            scalar.embed(out, table, ids, scale, rows);
            return;
        }
        float[] to = LoopArrays.of(out);
        int columns = table.columns();
        if (bits.length < columns) {
            bits = new short[columns];
        }
        for (int r = 0; r < rows; r++) {
            LoopArrays.bits(table, table.index(ids[r], 0), bits, 0, columns);
            for (int i = 0; i < columns; i++) {
                to[r * columns + i] = Float.intBitsToFloat(bits[i] << 16) * scale;
            }
        }
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        scalar.addEmbedding(x, table, ids, rows);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        float[] to = LoopArrays.of(out);
        float[] from = LoopArrays.of(x);
        float[] factors = LoopArrays.of(weight);
        int size = factors.length;
        int end = rows * (int) x.columns();
        for (int at = 0; at < end; at += size) {
            float inverse = (float) (1 / Math.sqrt(squares(from, at, size) / size + epsilon));
            for (int i = 0; i < size; i++) {
                to[at + i] = from[at + i] * inverse * factors[i];
            }
        }
    }

    private static double squares(float[] x, int from, int size) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i < size - 1; i += 2) {
            double first = x[from + i];
            double second = x[from + i + 1];
            even += first * first;
            odd += second * second;
        }
        if (i < size) {
            even += (double) x[from + i] * x[from + i];
        }
        return even + odd;
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        scalar.layerNorm(out, x, weight, bias, epsilon, rows);
    }

    /** A copy, whatever the matrix: there is no other product here. */
    @Override
    public Weight prepareInPlace(Matrix matrix) {
        return LoopWeight.of(this, matrix);
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        LoopProduct.multiply(LoopArrays.of(out), 0, LoopArrays.of(x), 0, (LoopWeight) weight, rows);
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        float[] to = LoopArrays.of(out);
        float[] from = LoopArrays.of(x);
        for (int r = 0; r < rows; r++) {
            int outRow = r * (int) out.columns();
            int row = r * (int) x.columns();
            for (int h = 0; h < weights.size(); h++) {
                var weight = (LoopWeight) weights.get(h);
                LoopProduct.multiply(to, outRow + h * outStride, from, row + h * xStride, weight, 1);
            }
        }
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        float[] to = LoopArrays.of(out);
        float[] from = LoopArrays.of(x);
        for (int i = 0; i < count; i++) {
            var weight = (LoopWeight) weights.get(chosen[i]);
            LoopProduct.multiply(to, i * weight.outputs(), from, i * weight.inputs(), weight, 1);
        }
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        float[] to = LoopArrays.of(x);
        float[] more = LoopArrays.of(bias);
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < more.length; i++) {
                to[r * more.length + i] += more[i];
            }
        }
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        float[] to = LoopArrays.of(out);
        int pairs = frequencies.length;
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < pairs; i++) {
                float angle = positions[r] * frequencies[i];
                to[2 * r * pairs + i] = (float) Math.cos(angle) * factor;
                to[(2 * r + 1) * pairs + i] = (float) Math.sin(angle) * factor;
            }
        }
    }

    @Override
    public void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows) {
        float[] to = LoopArrays.of(x);
        float[] table = LoopArrays.of(angles);
        int pairs = (int) angles.columns() / 2;
        int columns = (int) x.columns();
        int step = pairing == Position.Pairing.HALVES ? 1 : 2;
        int apart = pairing == Position.Pairing.HALVES ? pairs : 1;
        for (int r = 0; r < rows; r++) {
            for (int head = offset; head < columns; head += headSize) {
                for (int i = 0; i < pairs; i++) {
                    int first = r * columns + head + step * i;
                    float cos = table[2 * r * pairs + i];
                    float sin = table[(2 * r + 1) * pairs + i];
                    float u = to[first];
                    float v = to[first + apart];
                    to[first] = u * cos - v * sin;
                    to[first + apart] = v * cos + u * sin;
                }
            }
        }
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention shape, Step step) {
        ScalarAttention.storeKv(key, value, cache, layer, shape, step);
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention shape, Step step) {
        attention.attend(LoopArrays.of(out), LoopArrays.of(query), cache, layer, shape, step);
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        scalar.scaleRows(x, factors, rows);
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        float[] to = LoopArrays.of(out);
        float[] from = LoopArrays.of(x);
        int end = rows * (int) x.columns();
        for (int i = 0; i < end; i++) {
            to[i] = (float) Activations.apply(activation, from[i]);
        }
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        float[] to = LoopArrays.of(out);
        float[] from = LoopArrays.of(gate);
        float[] factors = LoopArrays.of(up);
        int end = rows * (int) gate.columns();
        for (int i = 0; i < end; i++) {
            to[i] = (float) (Activations.apply(activation, from[i]) * factors[i]);
        }
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        float[] to = LoopArrays.of(x);
        float[] more = LoopArrays.of(y);
        int end = rows * (int) x.columns();
        for (int i = 0; i < end; i++) {
            to[i] += more[i];
        }
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        float[] to = LoopArrays.of(x);
        int end = rows * (int) x.columns();
        for (int i = 0; i < end; i++) {
            to[i] = (float) (cap * Math.tanh(to[i] / cap));
        }
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        float[] to = LoopArrays.of(out);
        float[] from = LoopArrays.of(x);
        int columns = (int) x.columns();
        for (int i = 0; i < count; i++) {
            System.arraycopy(from, indices[i] * columns, to, i * columns, columns);
        }
    }

    @Override
    public int argmax(Tensor x, int row) {
        float[] from = LoopArrays.of(x);
        int columns = (int) x.columns();
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < columns; i++) {
            if (from[row * columns + i] > most) {
                most = from[row * columns + i];
                best = i;
            }
        }
        return best;
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        int columns = (int) x.columns();
        System.arraycopy(LoopArrays.of(x), row * columns, target, 0, columns);
    }

    @Override
    public void close() {
        scalar.close();
    }
}
