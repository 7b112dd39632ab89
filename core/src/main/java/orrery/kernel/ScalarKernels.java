package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The reference: plain loops, one thread, sums in double, no optimizations. It is kept for ever, and every fast kernel
 * is tested against it.
 */
final class ScalarKernels implements Kernels {
    private final Arena arena = Arena.ofShared();

    @Override
    public String description() {
        return "scalar reference, 1 thread";
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        return Tensor.zeros(arena, DType.F32, rows, columns);
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < table.columns(); i++) {
                Elements.set(out, r, i, Elements.of(table, ids[r], i) * scale);
            }
        }
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < table.columns(); i++) {
                Elements.set(x, r, i, Elements.of(x, r, i) + Elements.of(table, ids[r], i));
            }
        }
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        int size = (int) weight.columns();
        for (int r = 0; r < rows; r++) {
            for (int from = 0; from < x.columns(); from += size) {
                double squares = 0;
                for (int i = 0; i < size; i++) {
                    double value = Elements.of(x, r, from + i);
                    squares += value * value;
                }
                float inverse = (float) (1 / Math.sqrt(squares / size + epsilon));
                for (int i = 0; i < size; i++) {
                    Elements.set(out, r, from + i, Elements.of(x, r, from + i) * inverse * Elements.of(weight, 0, i));
                }
            }
        }
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        int size = (int) weight.columns();
        for (int r = 0; r < rows; r++) {
            double mean = 0;
            for (int i = 0; i < size; i++) {
                mean += Elements.of(x, r, i);
            }
            mean /= size;
            double variance = 0;
            for (int i = 0; i < size; i++) {
                double centred = Elements.of(x, r, i) - mean;
                variance += centred * centred;
            }
            double inverse = 1 / Math.sqrt(variance / size + epsilon);
            for (int i = 0; i < size; i++) {
                double normal = (Elements.of(x, r, i) - mean) * inverse;
                Elements.set(out, r, i, (float) (normal * Elements.of(weight, 0, i) + Elements.of(bias, 0, i)));
            }
        }
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        return new PlainWeight(this, matrix);
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        PlainProduct.rows(out, 0, x, 0, matrix(weight), 0, rows);
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        for (int h = 0; h < weights.size(); h++) {
            PlainProduct.rows(out, (long) h * outStride, x, (long) h * xStride, matrix(weights.get(h)), 0, rows);
        }
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        for (int i = 0; i < count; i++) {
            PlainProduct.rows(out, 0, x, 0, matrix(weights.get(chosen[i])), i, 1);
        }
    }

    private static Matrix matrix(Weight weight) {
        return ((PlainWeight) weight).matrix();
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < bias.columns(); i++) {
                Elements.set(x, r, i, Elements.of(x, r, i) + Elements.of(bias, 0, i));
            }
        }
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        int pairs = frequencies.length;
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < pairs; i++) {
                // The reference implementations multiply position and frequency in float; more precision would differ
                // from them at large positions.
                float angle = positions[r] * frequencies[i];
                Elements.set(out, r, i, (float) Math.cos(angle) * factor);
                Elements.set(out, r, pairs + i, (float) Math.sin(angle) * factor);
            }
        }
    }

    @Override
    public void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows) {
        int pairs = (int) angles.columns() / 2;
        for (int r = 0; r < rows; r++) {
            for (int head = offset; head < x.columns(); head += headSize) {
                for (int i = 0; i < pairs; i++) {
                    int first = head + (pairing == Position.Pairing.HALVES ? i : 2 * i);
                    int second = head + (pairing == Position.Pairing.HALVES ? i + pairs : 2 * i + 1);
                    float cos = Elements.of(angles, r, i);
                    float sin = Elements.of(angles, r, pairs + i);
                    float u = Elements.of(x, r, first);
                    float v = Elements.of(x, r, second);
                    Elements.set(x, r, first, u * cos - v * sin);
                    Elements.set(x, r, second, v * cos + u * sin);
                }
            }
        }
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        ScalarAttention.storeKv(key, value, cache, layer, attention, step);
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step) {
        ScalarAttention.attend(out, query, cache, layer, attention, step);
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < x.columns(); i++) {
                Elements.set(x, r, i, Elements.of(x, r, i) * factors[r]);
            }
        }
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < x.columns(); i++) {
                Elements.set(out, r, i, (float) Activations.apply(activation, Elements.of(x, r, i)));
            }
        }
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < gate.columns(); i++) {
                double opened = Activations.apply(activation, Elements.of(gate, r, i));
                Elements.set(out, r, i, (float) (opened * Elements.of(up, r, i)));
            }
        }
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < x.columns(); i++) {
                Elements.set(x, r, i, Elements.of(x, r, i) + Elements.of(y, r, i));
            }
        }
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < x.columns(); i++) {
                Elements.set(x, r, i, (float) (cap * Math.tanh(Elements.of(x, r, i) / cap)));
            }
        }
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        long bytes = x.columns() * Float.BYTES;
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(x.data(), indices[i] * bytes, out.data(), i * bytes, bytes);
        }
    }

    @Override
    public int argmax(Tensor x, int row) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < x.columns(); i++) {
            if (Elements.of(x, row, i) > most) {
                most = Elements.of(x, row, i);
                best = i;
            }
        }
        return best;
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        long bytes = x.columns() * Float.BYTES;
        MemorySegment.ofArray(target).copyFrom(x.data().asSlice(row * bytes, bytes));
    }

    @Override
    public void close() {
        arena.close();
    }
}
