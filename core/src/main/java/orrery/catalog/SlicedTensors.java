package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.format.ModelFile;
import orrery.format.TensorSource;
import orrery.format.TensorSource.Sink;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;

/** The tensors of a slice's file: those of the whole model's file, cut, with the same names and renumbered layers. */
final class SlicedTensors {
    private final NamedTensors tensors;
    private final TensorNames names;
    private final Cut cut;
    private final SortedMap<String, TensorSource> sources = new TreeMap<>();

    SlicedTensors(ModelFile file, TensorNames names, Cut cut) {
        this.tensors = new NamedTensors(file, names);
        this.names = names;
        this.cut = cut;
    }

    /** By name, with the file's prefix. */
    SortedMap<String, TensorSource> sources() {
        var whole = cut.whole().weights();
        cut.spec().weights().forEach((path, weight) -> {
            var before = whole.get(cut.pathInWhole(path));
            if (before == null) {
                throw new IllegalStateException("the whole model has no " + cut.pathInWhole(path));
            }
            add(before, cut.pathInWhole(path), weight, path);
        });
        return sources;
    }

    /** An unused weight may be missing; the presence of all others was checked when the file was opened. */
    private void add(WeightSpec before, String pathBefore, WeightSpec weight, String path) {
        var options = names.parts(pathBefore);
        for (int option = 0; option < options.size(); option++) {
            var part = options.get(option);
            if (tensors.holds(part.tensor(0))) {
                add(before, part, weight, names.parts(path).get(option));
                return;
            }
        }
    }

    private void add(WeightSpec before, TensorNames.Part partBefore, WeightSpec weight, TensorNames.Part part) {
        var copies = new ArrayList<Matrix>();
        for (int copy = 0; copy < before.copies(); copy++) {
            copies.add(plain(tensors.matrix(before, partBefore, copy), partBefore.tensor(copy)));
        }
        var kept = cut.kept(weight, copies);
        var first = kept.getFirst();
        boolean vector = weight.dimensions().size() == 1;
        switch (partBefore.copies()) {
            case APART -> {
                for (int copy = 0; copy < kept.size(); copy++) {
                    var one = List.of(kept.get(copy));
                    var shape = vector ? Shape.of(first.columns()) : Shape.of(first.rows(), first.columns());
                    put(
                            partBefore.tensor(copy),
                            part.tensor(copy),
                            new TensorSource(first.dtype(), shape, sink -> stack(one, sink)));
                }
            }
            case OUTPUTS -> {
                var shape = Shape.of((long) kept.size() * first.rows(), first.columns());
                put(
                        partBefore.tensor(0),
                        part.tensor(0),
                        new TensorSource(first.dtype(), shape, sink -> stack(kept, sink)));
            }
            case INPUTS -> {
                var shape = Shape.of(first.rows(), (long) kept.size() * first.columns());
                put(
                        partBefore.tensor(0),
                        part.tensor(0),
                        new TensorSource(first.dtype(), shape, sink -> interleave(kept, sink)));
            }
            case STACKED, GROUPED ->
                throw new IllegalStateException(partBefore.tensor(0) + " holds several weights of a nested model");
        }
    }

    private static Matrix plain(Matrix matrix, String name) {
        if (matrix.scales().isPresent()) {
            throw new CatalogException(name + " is scaled block by block; a slice of it can be run but not written");
        }
        if (matrix.layout() != Matrix.Layout.OUT_IN) {
            throw new IllegalStateException(name + " of a nested model is stored [in, out]");
        }
        return matrix;
    }

    private void put(String nameBefore, String name, TensorSource source) {
        String full = tensors.nameInFile(nameBefore);
        String prefix = full.substring(0, full.length() - nameBefore.length());
        if (sources.put(prefix + name, source) != null) {
            throw new IllegalStateException("two weights of a slice would be named " + prefix + name);
        }
    }

    /** One matrix after another. */
    private static void stack(List<Matrix> matrices, Sink sink) throws java.io.IOException {
        for (var matrix : matrices) {
            if (matrix.stride() == matrix.columns()) {
                sink.write(matrix.data().asSlice(0, matrix.bytes()));
            } else {
                for (int row = 0; row < matrix.rows(); row++) {
                    row(matrix, row, sink);
                }
            }
        }
    }

    /** The first row of each, then the second of each, and so on. */
    private static void interleave(List<Matrix> matrices, Sink sink) throws java.io.IOException {
        for (int row = 0; row < matrices.getFirst().rows(); row++) {
            for (var matrix : matrices) {
                row(matrix, row, sink);
            }
        }
    }

    private static void row(Matrix matrix, int row, Sink sink) throws java.io.IOException {
        var dtype = matrix.dtype();
        sink.write(matrix.data().asSlice(dtype.bytes(matrix.index(row, 0)), dtype.bytes(matrix.columns())));
    }
}
