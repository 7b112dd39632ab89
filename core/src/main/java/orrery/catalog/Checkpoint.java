package orrery.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import orrery.format.ModelFile;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * A model file's tensors under the paths of its spec: exactly those that the spec requires, with their shapes.
 *
 * @param description what the config describes
 * @param weights by path: one matrix, or one per copy; a vector is a matrix of one row. Unused weights are left out
 * @param notes in words, what the file contains that the model does not use
 * @param ledger how the file's elements add up to the spec's parameters
 */
public record Checkpoint(
        Catalog.Description description,
        SequencedMap<String, List<Matrix>> weights,
        List<String> notes,
        Ledger ledger) {

    static Checkpoint bind(Catalog.Description description, TensorNames names, ModelFile file) {
        var tensors = new NamedTensors(file, names);
        var head = TiedHead.of(description.spec(), names, tensors, file);
        var spec = head.settled(description.spec());
        var weights = new LinkedHashMap<String, List<Matrix>>();
        var missing = new LinkedHashSet<String>(); // one tensor may contain many copies
        spec.weights()
                .forEach((path, weight) -> collect(path, weight, head.parts(path, names), tensors, weights, missing));
        var notes = new ArrayList<>(file.notes());
        head.note().ifPresent(notes::add);
        notes.addAll(tensors.notes());
        int draftLayer = spec.layers().size();
        var bound = description.with(spec);
        if (spec.draft().isPresent()) {
            // Re-saved files keep the config's number but omit the layer: then there is no draft, and nothing is
            // missing.
            boolean dropped = spec.draftWeights().keySet().stream()
                    .noneMatch(path -> tensors.holdsAny(names.draftParts(path, draftLayer)));
            if (dropped) {
                notes.add("the file has no MTP layer, though its config counts one");
                bound = description.with(spec.withoutDraft());
            } else {
                spec.draftWeights()
                        .forEach((path, weight) ->
                                collect(path, weight, names.draftParts(path, draftLayer), tensors, weights, missing));
            }
        }
        if (!missing.isEmpty()) {
            throw new CatalogException(file.path() + ": " + NamedTensors.count(missing.size(), "tensor") + " missing: "
                    + NamedTensors.listed(List.copyOf(missing)) + " (names without their prefix)");
        }
        var surplus = tensors.unclaimed();
        boolean headTwice = head == TiedHead.REPEATED;
        if (headTwice) {
            TiedHead.names(names).forEach(surplus::remove);
        }
        if (!surplus.isEmpty()) {
            throw new CatalogException(file.path() + ": " + NamedTensors.count(surplus.size(), "tensor")
                    + " that no part of a " + description.family() + " model claims: "
                    + NamedTensors.listed(List.copyOf(surplus.values())));
        }
        return new Checkpoint(
                bound, weights, List.copyOf(notes), Ledger.of(file, bound.spec(), names, tensors, headTwice));
    }

    /** Unused weights that are nevertheless in a file, by path. */
    static SequencedMap<String, List<Matrix>> unused(ArchitectureSpec spec, TensorNames names, ModelFile file) {
        var tensors = new NamedTensors(file, names);
        var found = new LinkedHashMap<String, List<Matrix>>();
        spec.weights().forEach((path, weight) -> addUnused(path, weight, names.parts(path), tensors, found));
        int draftLayer = spec.layers().size();
        spec.draftWeights()
                .forEach((path, weight) -> addUnused(path, weight, names.draftParts(path, draftLayer), tensors, found));
        return found;
    }

    private static void addUnused(
            String path,
            WeightSpec weight,
            List<TensorNames.Part> parts,
            NamedTensors tensors,
            SequencedMap<String, List<Matrix>> found) {
        var part = parts.getFirst();
        if (weight.use() == WeightSpec.Use.UNUSED && tensors.holds(part.tensor(0))) {
            found.put(path, List.of(tensors.matrix(weight, part, 0)));
        }
    }

    /**
     * A smaller model nested in this one, in the same memory.
     *
     * @throws CatalogException if there is no such slice
     */
    public Checkpoint sliced(Slice slice) {
        var cut = slice.of(description.spec());
        return new Checkpoint(description.with(cut.spec()), cut.weights(weights), notes, ledger);
    }

    /** The dtype of a weight, by its path; F32 for one that the files do not contain. */
    public BiFunction<String, WeightSpec, DType> storedAs() {
        return (path, _) -> weights.getOrDefault(path, List.of()).stream()
                .map(Matrix::dtype)
                .findFirst()
                .orElse(DType.F32);
    }

    /** The same without its layer of multi-token prediction, for use without speculation. */
    public Checkpoint withoutDraft() {
        var spec = description.spec();
        if (spec.draft().isEmpty()) {
            return this;
        }
        var kept = new LinkedHashMap<>(weights);
        kept.keySet().removeAll(spec.draftWeights().keySet());
        return new Checkpoint(description.with(spec.withoutDraft()), kept, notes, ledger);
    }

    private static void collect(
            String path,
            WeightSpec weight,
            List<TensorNames.Part> options,
            NamedTensors tensors,
            SequencedMap<String, List<Matrix>> weights,
            Set<String> missing) {
        var part = options.stream()
                .filter(option -> tensors.holds(option.tensor(0)))
                .findFirst()
                .orElse(options.getFirst());
        var copies = new ArrayList<Matrix>();
        for (int copy = 0; copy < weight.copies(); copy++) {
            if (tensors.holds(part.tensor(copy))) {
                copies.add(tensors.matrix(weight, part, copy));
            } else if (weight.use() != WeightSpec.Use.UNUSED) {
                missing.add(part.tensor(copy));
            }
        }
        if (weight.use() != WeightSpec.Use.UNUSED) {
            weights.put(path, copies);
        }
    }
}
