package orrery.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orrery.format.ModelFile;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * A model file's tensors under the paths of its spec, exactly as many as the spec expects, in the shapes that it expects.
 *
 * @param description what the config says
 * @param weights by path: one matrix, or one for each copy; a vector is a matrix of one row. Weights that nobody reads are left out
 * @param notes in words, what the file holds and the model does not use
 */
public record Checkpoint(
        Catalog.Description description, SequencedMap<String, List<Matrix>> weights, List<String> notes) {

    private static final Set<DType> READABLE = Set.of(DType.F32, DType.F16, DType.BF16);

    /** What wrappers and saving classes put before a text model's own names; the longest first. */
    private static final List<String> PREFIXES =
            List.of("language_model.model.", "model.language_model.", "language_model.", "transformer.", "model.");

    /** Towers of multimodal models, which this program does not run. */
    private static final Pattern OTHER_MODALITY = Pattern.compile(
            "(model\\.)?(vision_tower|vision_model|audio_tower|multi_modal_projector|embed_vision|embed_audio)\\..*");

    private static final String EXPERT = "{expert}";

    static Checkpoint bind(Catalog.Description description, TensorNames names, ModelFile file) {
        var notes = new ArrayList<String>();
        var tensors = canonical(file, names, notes);
        var weights = new LinkedHashMap<String, List<Matrix>>();
        var claimed = new HashSet<String>();
        var missing = new ArrayList<String>();
        description.spec().weights().forEach((path, weight) -> {
            var part = names.part(path);
            var copies = new ArrayList<Matrix>();
            for (int copy = 0; copy < weight.copies(); copy++) {
                String name = part.tensor().replace(EXPERT, Integer.toString(copy));
                var found = tensors.get(name);
                if (found != null) {
                    claimed.add(name);
                    copies.add(matrix(file, found, weight, part));
                } else if (weight.use() != WeightSpec.Use.UNUSED) {
                    missing.add(name);
                }
            }
            if (weight.use() != WeightSpec.Use.UNUSED) {
                weights.put(path, copies);
            }
        });
        if (!missing.isEmpty()) {
            throw new CatalogException(file.path() + ": " + count(missing.size(), "tensor") + " missing: "
                    + listed(missing) + " (names without their prefix)");
        }
        var surplus = new ArrayList<String>();
        for (var entry : tensors.entrySet()) {
            if (!claimed.contains(entry.getKey())) {
                if (entry.getKey().equals("lm_head.weight")
                        && description.spec().head().tied()) {
                    notes.add("lm_head.weight is not used: the head is tied to the embedding");
                } else {
                    surplus.add(entry.getValue().name());
                }
            }
        }
        if (!surplus.isEmpty()) {
            throw new CatalogException(file.path() + ": " + count(surplus.size(), "tensor") + " that no part of a "
                    + description.family() + " model claims: " + listed(surplus));
        }
        return new Checkpoint(description, weights, List.copyOf(notes));
    }

    /** A tensor and its name in the file. */
    private record Named(String name, Tensor tensor) {}

    private static Map<String, Named> canonical(ModelFile file, TensorNames names, List<String> notes) {
        var tensors = new TreeMap<String, Named>();
        var towers = new TreeMap<String, Integer>();
        file.tensors().forEach((name, tensor) -> {
            if (OTHER_MODALITY.matcher(name).matches()) {
                String bare = name.startsWith("model.") ? name.substring("model.".length()) : name;
                towers.merge(bare.substring(0, bare.indexOf('.')), 1, Integer::sum);
                return;
            }
            String bare = withoutPrefix(name);
            if (names.ignores(bare)) {
                return;
            }
            var before = tensors.put(bare, new Named(name, tensor));
            if (before != null) {
                throw new CatalogException(
                        file.path() + ": " + before.name() + " and " + name + " are the same weight under two names");
            }
        });
        towers.forEach((tower, count) ->
                notes.add(count(count, "tensor") + " of " + tower + " not used: only the text model runs"));
        return tensors;
    }

    private static String withoutPrefix(String name) {
        return PREFIXES.stream()
                .filter(name::startsWith)
                .findFirst()
                .map(prefix -> name.substring(prefix.length()))
                .orElse(name);
    }

    private static Matrix matrix(ModelFile file, Named named, WeightSpec weight, TensorNames.Part part) {
        var dimensions = weight.dimensions();
        boolean transposed = part.layout() == Matrix.Layout.IN_OUT && dimensions.size() == 2;
        var expected = new ArrayList<Long>();
        dimensions.forEach(dimension -> expected.add((long) dimension));
        expected.set(0, expected.getFirst() * part.slices());
        if (transposed) {
            expected.add(expected.removeFirst());
        }
        var tensor = named.tensor();
        if (!tensor.shape().dimensions().equals(expected)) {
            throw new CatalogException(
                    file.path() + ": " + named.name() + " has the shape " + tensor.shape() + ", expected " + expected);
        }
        if (!READABLE.contains(tensor.dtype())) {
            throw new CatalogException(
                    file.path() + ": " + named.name() + " is " + tensor.dtype() + ", expected one of "
                            + READABLE.stream().map(DType::name).sorted().collect(Collectors.joining(", ")));
        }
        int outputs = dimensions.getFirst();
        if (dimensions.size() == 1) {
            // A vector is one row: its slices lie side by side.
            return Matrix.of(new Tensor(
                    tensor.dtype(),
                    orrery.tensor.Shape.of(outputs),
                    tensor.data()
                            .asSlice(
                                    (long) part.slice()
                                            * outputs
                                            * tensor.dtype().bytes(),
                                    (long) outputs * tensor.dtype().bytes())));
        }
        var whole = transposed ? Matrix.ofTransposed(tensor) : Matrix.of(tensor);
        return part.whole() ? whole : whole.outputs(part.slice() * outputs, outputs);
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String listed(List<String> names) {
        String shown = names.stream().limit(3).collect(Collectors.joining(", "));
        return names.size() > 3 ? shown + " and " + (names.size() - 3) + " more" : shown;
    }
}
