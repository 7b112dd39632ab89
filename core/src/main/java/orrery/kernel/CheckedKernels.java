package orrery.kernel;

import static orrery.kernel.Checks.activations;
import static orrery.kernel.Checks.cached;
import static orrery.kernel.Checks.ids;
import static orrery.kernel.Checks.oneRow;
import static orrery.kernel.Checks.owned;
import static orrery.kernel.Checks.range;
import static orrery.kernel.Checks.readable;
import static orrery.kernel.Checks.refused;

import java.util.List;
import java.util.Objects;
import orrery.spec.Activation;
import orrery.spec.Position;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The public face of every backend: checks the arguments of each operation once, so that implementations can trust
 * them.
 */
public final class CheckedKernels extends CheckedSparse implements Kernels {

    public CheckedKernels(Kernels kernels) {
        super(kernels);
    }

    @Override
    public String description() {
        return kernels.description();
    }

    @Override
    public Tensor allocate(int rows, int columns) {
        if (!(rows >= 0 && columns >= 0)) {
            throw refused("allocate", "rows", rows, "0 or more");
        }
        return kernels.allocate(rows, columns);
    }

    @Override
    public Weight prepare(Matrix matrix) {
        readable("prepare", matrix);
        return kernels.prepare(matrix);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        readable("prepareInPlace", matrix);
        return kernels.prepareInPlace(matrix);
    }

    @Override
    public Tensor vector(Matrix vector, int from, int length, float offset) {
        readable("vector", vector);
        if (vector.rows() != 1) {
            throw refused("vector", "rows of a vector", vector.rows(), "1");
        }
        range("vector", "elements", vector.columns(), from, length);
        return kernels.vector(vector, from, length, offset);
    }

    @Override
    public long packedBytes(Matrix matrix) {
        readable("packedBytes", matrix);
        return kernels.packedBytes(matrix);
    }

    @Override
    public boolean owns(Weight weight) {
        return kernels.owns(weight);
    }

    @Override
    public Crew crew() {
        return kernels.crew();
    }

    @Override
    public void embed(Tensor out, Matrix table, int[] ids, float scale, int rows) {
        activations("embed", out, rows, table.columns());
        ids("embed", table, ids, rows);
        kernels.embed(out, table, ids, scale, rows);
    }

    @Override
    public void addEmbedding(Tensor x, Matrix table, int[] ids, int rows) {
        activations("addEmbedding", x, rows, table.columns());
        ids("addEmbedding", table, ids, rows);
        kernels.addEmbedding(x, table, ids, rows);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, double epsilon, int rows) {
        oneRow("rmsNorm", weight);
        activations("rmsNorm", x, rows, x.columns());
        activations("rmsNorm", out, rows, x.columns());
        if (!(weight.columns() > 0 && x.columns() % weight.columns() == 0)) {
            throw refused("rmsNorm", "columns", x.columns(), "a multiple of the weight's " + weight.columns());
        }
        kernels.rmsNorm(out, x, weight, epsilon, rows);
    }

    @Override
    public void layerNorm(Tensor out, Tensor x, Tensor weight, Tensor bias, double epsilon, int rows) {
        oneRow("layerNorm", weight);
        oneRow("layerNorm", bias);
        activations("layerNorm", x, rows, weight.columns());
        activations("layerNorm", out, rows, weight.columns());
        if (!(bias.columns() == weight.columns())) {
            throw refused("layerNorm", "bias", bias.columns(), "as many as weights");
        }
        kernels.layerNorm(out, x, weight, bias, epsilon, rows);
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        owned("matmul", kernels, weight);
        activations("matmul", x, rows, weight.inputs());
        activations("matmul", out, rows, weight.outputs());
        kernels.matmul(out, x, weight, rows);
    }

    @Override
    public void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
        if (!(outs.size() == weights.size())) {
            throw refused("matmulAll", "weights", weights.size(), "one for each of " + outs.size() + " results");
        }
        for (int i = 0; i < outs.size(); i++) {
            var weight = weights.get(i);
            owned("matmulAll", kernels, weight);
            activations("matmulAll", x, rows, weight.inputs());
            activations("matmulAll", outs.get(i), rows, weight.outputs());
        }
        kernels.matmulAll(outs, x, weights, rows);
    }

    @Override
    public void addBias(Tensor x, Tensor bias, int rows) {
        oneRow("addBias", bias);
        activations("addBias", x, rows, bias.columns());
        kernels.addBias(x, bias, rows);
    }

    @Override
    public void angles(Tensor out, float[] frequencies, float factor, int[] positions, int rows) {
        activations("angles", out, rows, 2L * frequencies.length);
        if (!(positions.length >= rows)) {
            throw refused("angles", "positions", positions.length, "one a row");
        }
        kernels.angles(out, frequencies, factor, positions, rows);
    }

    @Override
    public void rope(Tensor x, Tensor angles, int headSize, int offset, Position.Pairing pairing, int rows) {
        activations("rope", x, rows, x.columns());
        activations("rope", angles, rows, angles.columns());
        if (!(headSize > 0 && x.columns() % headSize == 0)) {
            throw refused("rope", "columns", x.columns(), "a multiple of the head size " + headSize);
        }
        if (!(offset >= 0 && offset + angles.columns() <= headSize && angles.columns() % 2 == 0)) {
            throw refused(
                    "rope",
                    "angles",
                    angles.columns(),
                    "pairs that fit from " + offset + " into a head of " + headSize);
        }
        kernels.rope(x, angles, headSize, offset, pairing, rows);
    }

    @Override
    public void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step step) {
        int heads = attention.heads().keyValue();
        activations(
                "storeKv", key, step.rows(), (long) heads * attention.heads().size());
        cached("storeKv", cache, layer, attention);
        if (cache.spec(cache.poolOf(layer)).value() > 0) {
            activations("storeKv", value, step.rows(), (long) heads * attention.valueSize());
        }
        kernels.storeKv(key, value, cache, layer, attention, step);
    }

    @Override
    public void attend(Tensor out, Tensor query, KvCache cache, int layer, Attention attention, Step step) {
        int heads = attention.heads().query();
        activations(
                "attend", query, step.rows(), (long) heads * attention.heads().size());
        activations("attend", out, step.rows(), (long) heads * attention.valueSize());
        cached("attend", cache, layer, attention);
        kernels.attend(out, query, cache, layer, attention, step);
    }

    @Override
    public void scaleRows(Tensor x, float[] factors, int rows) {
        activations("scaleRows", x, rows, x.columns());
        if (!(factors.length >= rows)) {
            throw refused("scaleRows", "factors", factors.length, "one a row");
        }
        kernels.scaleRows(x, factors, rows);
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation, int rows) {
        activations("activate", x, rows, x.columns());
        activations("activate", out, rows, x.columns());
        kernels.activate(out, x, activation, rows);
    }

    @Override
    public void gate(Tensor out, Tensor gate, Tensor up, Activation activation, int rows) {
        activations("gate", gate, rows, gate.columns());
        activations("gate", up, rows, gate.columns());
        activations("gate", out, rows, gate.columns());
        kernels.gate(out, gate, up, activation, rows);
    }

    @Override
    public void add(Tensor x, Tensor y, int rows) {
        activations("add", x, rows, x.columns());
        activations("add", y, rows, x.columns());
        kernels.add(x, y, rows);
    }

    @Override
    public void softcap(Tensor x, float cap, int rows) {
        activations("softcap", x, rows, x.columns());
        if (!(cap > 0)) {
            throw new IllegalArgumentException("softcap: the cap is " + cap + ", expected more than 0");
        }
        kernels.softcap(x, cap, rows);
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, int[] indices, int count) {
        activations("gatherRows", out, count, x.columns());
        for (int i = 0; i < count; i++) {
            Objects.checkIndex(indices[i], x.rows());
        }
        kernels.gatherRows(out, x, indices, count);
    }

    @Override
    public int argmax(Tensor x, int row) {
        activations("argmax", x, row + 1, x.columns());
        return kernels.argmax(x, row);
    }

    @Override
    public void read(float[] target, Tensor x, int row) {
        activations("read", x, row + 1, x.columns());
        if (!(target.length >= x.columns())) {
            throw refused("read", "target", target.length, "room for " + x.columns());
        }
        kernels.read(target, x, row);
    }

    @Override
    public void close() {
        kernels.close();
    }
}
