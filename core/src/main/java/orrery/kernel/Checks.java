package orrery.kernel;

import java.util.List;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Argument checks of {@link CheckedKernels}. Every message names the operation, the argument, its value and what was
 * expected.
 */
final class Checks {
    private Checks() {}

    static void activations(String operation, Tensor x, int rows, long columns) {
        single(operation, x);
        if (!(x.columns() == columns)) {
            throw refused(operation, "columns", x.columns(), Long.toString(columns));
        }
        if (!(rows >= 0 && rows <= x.rows())) {
            throw refused(operation, "rows", rows, "0 to " + x.rows());
        }
    }

    static void oneRow(String operation, Tensor weight) {
        single(operation, weight);
        if (!(weight.rows() == 1)) {
            throw refused(operation, "rows of a vector", weight.rows(), "1");
        }
    }

    private static void single(String operation, Tensor x) {
        if (!(x.dtype() == DType.F32)) {
            throw refused(operation, "bytes an element", x.dtype().blockBytes(), "F32");
        }
    }

    static void readable(String operation, Matrix weight) {
        if (!Elements.readable(weight.dtype())) {
            throw new IllegalArgumentException(operation + ": weights in " + weight.dtype() + " cannot be multiplied");
        }
    }

    static void owned(String operation, Kernels kernels, Weight weight) {
        if (!kernels.owns(weight)) {
            throw new IllegalArgumentException(operation + ": the weight was prepared by other kernels ("
                    + weight.owner().description() + "), expected one of these (" + kernels.description() + ")");
        }
    }

    static void ids(String operation, Matrix table, int[] ids, int rows) {
        readable(operation, table);
        if (!(rows <= ids.length)) {
            throw refused(operation, "ids", ids.length, "one a row");
        }
        for (int r = 0; r < rows; r++) {
            if (!(ids[r] >= 0 && ids[r] < table.rows())) {
                throw refused(operation, "id", ids[r], "0 to " + (table.rows() - 1));
            }
        }
    }

    static void cached(String operation, KvCache cache, int layer, Attention attention) {
        var spec = cache.spec(cache.poolOf(layer));
        var heads = attention.heads();
        if (!(spec.heads() == heads.keyValue())) {
            throw refused(operation, "KV heads of the cache", spec.heads(), "" + heads.keyValue());
        }
        if (!(spec.key() == heads.size())) {
            throw refused(operation, "elements of a key of the cache", spec.key(), "" + heads.size());
        }
        if (!(spec.value() == 0 || spec.value() == attention.valueSize())) {
            throw refused(operation, "elements of a value of the cache", spec.value(), "" + attention.valueSize());
        }
    }

    /** Checks that {@code indices[first]} and the {@code count - 1} indices after it are rows of {@code x}. */
    static void indices(String operation, int[] indices, int first, int count, Tensor x) {
        range(operation, "indices", indices.length, first, count);
        for (int i = first; i < first + count; i++) {
            if (!(indices[i] >= 0 && indices[i] < x.rows())) {
                throw refused(operation, "index", indices[i], "0 to " + (x.rows() - 1));
            }
        }
    }

    /** Checks that there are at least {@code first + count} elements. */
    static void range(String operation, String what, int length, int first, int count) {
        if (!(first >= 0 && count >= 0 && first <= length - count)) {
            throw refused(operation, what, length, first + " and " + count + " more");
        }
    }

    /** Checks that columns {@code from} to {@code from + count} are within a row of {@code x}. */
    static void columns(String operation, Tensor x, long from, long count) {
        if (!(from >= 0 && from <= x.columns() - count)) {
            throw refused(operation, "columns", x.columns(), from + " and " + count + " more");
        }
    }

    /** Checks that every chosen weight exists, belongs to these kernels, and is {@code [outputs, inputs]}. */
    static void chosen(
            String operation,
            Kernels kernels,
            List<Weight> weights,
            int[] chosen,
            int count,
            long outputs,
            long inputs) {
        range(operation, "choices", chosen.length, 0, count);
        for (int i = 0; i < count; i++) {
            if (!(chosen[i] >= 0 && chosen[i] < weights.size())) {
                throw refused(operation, "choice", chosen[i], "0 to " + (weights.size() - 1));
            }
            var weight = weights.get(chosen[i]);
            owned(operation, kernels, weight);
            if (!(weight.inputs() == inputs)) {
                throw refused(operation, "inputs of a weight", weight.inputs(), Long.toString(inputs));
            }
            if (!(weight.outputs() == outputs)) {
                throw refused(operation, "outputs of a weight", weight.outputs(), Long.toString(outputs));
            }
        }
    }

    static IllegalArgumentException refused(String operation, String what, long value, String expected) {
        return new IllegalArgumentException(operation + ": " + what + " is " + value + ", expected " + expected);
    }
}
