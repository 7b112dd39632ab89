package orrery.convert;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import orrery.catalog.GgufForm;
import orrery.catalog.GgufTensor;
import orrery.catalog.WholeFactors;
import orrery.format.ModelFile;
import orrery.kernel.Elements;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;

/** The tensors of a new file, by name, with the source of their rows. */
final class TensorPlan {
    private TensorPlan() {}

    /**
     * A tensor whose dtype is not chosen yet.
     *
     * @param bytesBefore bytes in the original model; 0 for a tensor that is not in it
     */
    record Unplanned(Shape shape, TensorRows rows, long bytesBefore) {
        PlannedTensor as(String name, TypeChoice.Choice choice) {
            return new PlannedTensor(name, shape, rows, bytesBefore, choice.dtype(), choice.insteadOf());
        }
    }

    /** The tensors of a GGUF file, unchanged, except that scale factors of whole matrices are applied. */
    static SequencedMap<String, Unplanned> of(ModelFile gguf) {
        var tensors = new LinkedHashMap<String, Unplanned>();
        var applied = new HashSet<String>();
        gguf.tensors().forEach((name, tensor) -> applied.addAll(WholeFactors.beside(name, tensor.dtype())));
        gguf.tensors().forEach((name, tensor) -> {
            if (applied.contains(name)) {
                return;
            }
            if (!Elements.readable(tensor.dtype())) {
                throw new ConvertException(gguf.path() + ": tensor " + name + " is " + tensor.dtype()
                        + ", expected numbers that weights come in");
            }
            var dimensions = tensor.shape().dimensions();
            int matrices = dimensions.size() > 2 ? Math.toIntExact(dimensions.getFirst()) : 1;
            var matrix = WholeFactors.applied(Matrix.of(tensor), name, gguf.tensors(), matrices);
            var rows = new TensorRows.Stacked(List.of(matrix));
            tensors.put(name, new Unplanned(tensor.shape(), rows, tensor.data().byteSize()));
        });
        return tensors;
    }

    /**
     * The tensors of a model in GGUF form.
     *
     * @param weights of the spec and its draft; of the unused ones, those that exist
     */
    static SequencedMap<String, Unplanned> of(GgufForm form, Map<String, List<Matrix>> weights) {
        var tensors = new LinkedHashMap<String, Unplanned>();
        if (!form.divisors().isEmpty()) {
            var row = new float[form.divisors().size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = form.divisors().get(i);
            }
            tensors.put(GgufForm.DIVISORS, new Unplanned(Shape.of(row.length), new TensorRows.Made(row), 0));
        }
        for (var tensor : form.tensors()) {
            var copies = tensor.paths().stream()
                    .flatMap(path -> copies(weights, path).stream())
                    .toList();
            long bytesBefore = copies.stream().mapToLong(Matrix::bytes).sum();
            tensors.put(tensor.name(), new Unplanned(tensor.shape(), rows(tensor, copies), bytesBefore));
        }
        return tensors;
    }

    private static List<Matrix> copies(Map<String, List<Matrix>> weights, String path) {
        var copies = weights.get(path);
        if (copies == null) {
            throw new IllegalStateException("the checkpoint has no " + path);
        }
        return copies;
    }

    private static TensorRows rows(GgufTensor tensor, List<Matrix> copies) {
        TensorRows laid = switch (tensor.laying()) {
            case BELOW -> new TensorRows.Stacked(copies);
            case TURNED_BELOW ->
                new TensorRows.Stacked(copies.stream().map(Matrix::transposed).toList());
            case BESIDE -> new TensorRows.SideBySide(copies);
        };
        if (tensor.plusOne()) {
            return new TensorRows.OnePlus(laid);
        }
        if (tensor.interleaved().isEmpty()) {
            return laid;
        }
        // A bias is one row: its elements are reordered.
        boolean vector = tensor.shape().dimensions().size() == 1;
        return new TensorRows.Interleaved(
                vector ? new TensorRows.Stacked(List.of(copies.getFirst().transposed())) : laid,
                tensor.interleaved().getAsInt());
    }
}
