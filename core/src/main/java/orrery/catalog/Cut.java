package orrery.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;
import orrery.spec.Op;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix;

/**
 * A {@link Slice} of a certain model: its spec, and where its weights are in those of the whole. Layers are renumbered;
 * a borrowing layer borrows from the same layer under its new number.
 *
 * @param whole the whole model
 * @param layers the kept layers, by their index in the whole
 * @param widths the feed-forward width of each
 * @param spec the slice's spec
 */
public record Cut(ArchitectureSpec whole, List<Integer> layers, List<Integer> widths, ArchitectureSpec spec) {
    /** The beginning of a weight's path before the layer's index. */
    private static final String LAYERS = "layers.";

    public Cut {
        layers = List.copyOf(layers);
        widths = List.copyOf(widths);
    }

    /** @param widths one for all layers, or one per kept layer */
    static Cut of(ArchitectureSpec whole, Slice slice, List<Integer> layers, List<Integer> widths) {
        int count = whole.layers().size();
        if (layers.getLast() >= count) {
            throw new CatalogException("a slice keeps layer " + layers.getLast() + ", but " + whole.name()
                    + " has the layers 0 to " + (count - 1));
        }
        requireOwners(whole, layers);
        if (widths.size() != 1 && widths.size() != layers.size()) {
            throw new CatalogException("a slice lists " + widths.size()
                    + " feed-forward widths, expected one for all layers or one for each of the " + layers.size()
                    + " kept ones");
        }
        var each = widths.size() == 1 ? Collections.nCopies(layers.size(), widths.getFirst()) : widths;
        var kept = new ArrayList<LayerSpec>();
        for (int i = 0; i < layers.size(); i++) {
            kept.add(layer(whole, layers, i, each.get(i)));
        }
        var spec = new ArchitectureSpec(
                whole.name() + " (" + slice + ")",
                whole.vocabSize(),
                whole.hiddenSize(),
                whole.maxPositions(),
                whole.embedding(),
                kept,
                whole.finalNorm(),
                whole.head());
        return new Cut(whole, layers, each, spec);
    }

    /** Every layer of a model. */
    static List<Integer> all(ArchitectureSpec spec) {
        return IntStream.range(0, spec.layers().size()).boxed().toList();
    }

    /** The layers that read another layer's keys and values. */
    static IntStream borrowers(ArchitectureSpec spec) {
        return IntStream.range(0, spec.layers().size())
                .filter(i -> spec.layers().get(i).attention().cache().lender().isPresent());
    }

    /** Any layer's feed-forward block could be cut, but only nested training makes the result useful. */
    static void requireNested(ArchitectureSpec spec) {
        for (var layer : spec.layers()) {
            boolean nested =
                    layer instanceof LayerSpec.AltUp && layer.mlp().experts().isEmpty();
            if (!nested) {
                throw new CatalogException(spec.name()
                        + " has no slices: of the families that Orrery knows, only Gemma 3n was trained with smaller"
                        + " models nested in it");
            }
        }
    }

    /** The feed-forward block of a nested model's layer. */
    static FeedForward feedForward(LayerSpec layer) {
        return layer.mlp().feedForward();
    }

    private static void requireOwners(ArchitectureSpec whole, List<Integer> layers) {
        for (int layer : layers) {
            var lender = whole.layers().get(layer).attention().cache().lender();
            if (lender.isPresent() && !layers.contains(lender.getAsInt())) {
                String readers = layers.stream()
                        .filter(other -> whole.layers()
                                .get(other)
                                .attention()
                                .cache()
                                .lender()
                                .equals(lender))
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
                throw new CatalogException("a slice of " + whole.name() + " leaves out layer " + lender.getAsInt()
                        + ", whose keys and values the kept layers " + readers + " read; keep it, or leave those out");
            }
        }
    }

    private static LayerSpec layer(ArchitectureSpec whole, List<Integer> layers, int index, int width) {
        int original = layers.get(index);
        var nested = whole.layers().get(original);
        return switch (nested) {
            case LayerSpec.AltUp(var streams, var mixer, var feedForward, var laurel, var input) ->
                new LayerSpec.AltUp(
                        streams,
                        with(mixer, nested.attention().renumbered(layers::indexOf)),
                        with(feedForward, narrowed(feedForward(nested), width, original)),
                        laurel,
                        input);
            case LayerSpec.Residual _ -> throw new IllegalStateException("layer " + original + " is not nested");
        };
    }

    private static Branch with(Branch branch, Op op) {
        return new Branch(branch.before(), op, branch.after(), branch.outer());
    }

    private static FeedForward narrowed(FeedForward op, int width, int layer) {
        if (width > op.intermediateSize()) {
            throw new CatalogException("a slice wants a feed-forward of " + width + " in layer " + layer
                    + ", which has only " + op.intermediateSize());
        }
        return new FeedForward(width, op.activation(), op.gated(), op.bias(), op.sparsity());
    }

    /** The path in the whole model of a weight of the slice. */
    String pathInWhole(String path) {
        if (!path.startsWith(LAYERS)) {
            return path;
        }
        int dot = path.indexOf('.', LAYERS.length());
        return LAYERS + layers.get(Integer.parseInt(path.substring(LAYERS.length(), dot))) + path.substring(dot);
    }

    /**
     * The part of a weight that the slice keeps: of weights with a copy per layer, the copies of its layers; of a
     * matrix, the first outputs or inputs. These are views; nothing is copied.
     */
    List<Matrix> kept(WeightSpec weight, List<Matrix> copies) {
        var mine = weight.copies() == copies.size()
                ? copies
                : layers.stream().map(copies::get).toList();
        var dimensions = weight.dimensions();
        int rows = dimensions.size() == 1 ? 1 : dimensions.getFirst();
        int columns = dimensions.getLast();
        return mine.stream()
                .map(matrix -> matrix.rows() == rows ? matrix : matrix.outputs(0, rows))
                .map(matrix -> matrix.columns() == columns ? matrix : narrowed(matrix, columns, weight.role()))
                .toList();
    }

    private static Matrix narrowed(Matrix matrix, int columns, String role) {
        int block = matrix.dtype().blockElements();
        if (columns % block != 0) {
            throw new CatalogException("a slice keeps " + columns + " inputs of " + role + ", which is stored as "
                    + matrix.dtype() + ", expected a multiple of its block of " + block);
        }
        return matrix.inputs(0, columns);
    }

    /**
     * The slice's weights, by path, as views of the whole model's.
     *
     * @param whole the whole model's weights; what is missing there is missing in the slice
     */
    public SequencedMap<String, List<Matrix>> weights(Map<String, List<Matrix>> whole) {
        var weights = new LinkedHashMap<String, List<Matrix>>();
        spec.weights().forEach((path, weight) -> {
            var copies = whole.get(pathInWhole(path));
            if (copies != null) {
                weights.put(path, kept(weight, copies));
            }
        });
        return weights;
    }

    /** How many kept layers borrow keys and values. */
    int borrowing() {
        return (int) borrowers(spec).count();
    }
}
