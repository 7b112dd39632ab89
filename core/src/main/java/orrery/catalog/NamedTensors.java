package orrery.catalog;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orrery.format.ModelFile;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** A file's tensors by their names without wrappers' prefixes, and which of them have been claimed. */
final class NamedTensors {
    private static final Set<DType> READABLE = readable();

    /** What wrappers and saving classes prepend to a text model's own names; the longest first. */
    private static final List<String> PREFIXES =
            List.of("language_model.model.", "model.language_model.", "language_model.", "transformer.", "model.");

    /** Towers of multimodal models, which Orrery does not run. */
    private static final Pattern OTHER_MODALITY = Pattern.compile(
            "(model\\.)?(vision_tower|vision_model|audio_tower|multi_modal_projector|embed_vision|embed_audio)\\..*");

    private final ModelFile file;
    private final Optional<BlockQuantization> quantization;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, String> namesInFile = new HashMap<>();
    private final Set<String> claimed = new HashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Ledger.Entry> aside = new ArrayList<>();

    NamedTensors(ModelFile file, TensorNames names) {
        this.file = file;
        quantization = BlockQuantization.read(file.metadata());
        Wrapper.refuseIn(file);
        requireRunnable(file);
        var towers = new TreeMap<String, Integer>();
        var elements = new TreeMap<String, Long>();
        var repeated = new ArrayList<String>();
        file.tensors().forEach((name, tensor) -> {
            String bare = withoutPrefix(name);
            var tower = otherModality(name);
            if (tower.isPresent()) {
                towers.merge(tower.get(), 1, Integer::sum);
                add(elements, "in " + tower.get() + ", which is not run", tensor);
            } else if (names.repeats(bare)) {
                repeated.add(name);
                add(elements, "that others repeat", tensor);
            } else if (names.ignores(bare)) {
                add(elements, "in buffers beside the weights", tensor);
            } else {
                var before = namesInFile.put(bare, name);
                if (before != null) {
                    throw new CatalogException(
                            file.path() + ": " + before + " and " + name + " are the same weight under two names");
                }
                tensors.put(bare, tensor);
            }
        });
        elements.forEach((what, count) -> aside.add(new Ledger.Entry(count, what)));
        towers.forEach((what, count) ->
                notes.add(count(count, "tensor") + " of " + what + " not used: only the text model runs"));
        if (!repeated.isEmpty()) {
            notes.add(count(repeated.size(), "tensor") + " not used, as duplicates of others: " + listed(repeated));
        }
    }

    private static void requireRunnable(ModelFile file) {
        var foreign = file.foreignTensors();
        foreign.entrySet().stream().findFirst().ifPresent(first -> {
            throw new CatalogException(file.path() + ": tensor " + first.getKey() + " is "
                    + first.getValue().type()
                    + (foreign.size() == 1 ? "" : ", and " + (foreign.size() - 1) + " more are of such types")
                    + ", which can be described but not run; expected one of "
                    + READABLE.stream().map(DType::name).collect(Collectors.joining(", ")));
        });
    }

    private static void add(Map<String, Long> elements, String what, Tensor tensor) {
        elements.merge(what, tensor.shape().elements(), Long::sum);
    }

    /** What the file contains that is not part of the model, in elements. */
    List<Ledger.Entry> aside() {
        return aside;
    }

    /** Elements of all factors that have been claimed. */
    long claimedScales() {
        return claimed.stream()
                .filter(name -> BlockQuantization.isScale(name) || WholeFactors.isOne(name))
                .map(tensors::get)
                .filter(java.util.Objects::nonNull)
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
    }

    private static Optional<String> otherModality(String name) {
        if (!OTHER_MODALITY.matcher(name).matches()) {
            return Optional.empty();
        }
        String tower = name.startsWith("model.") ? name.substring("model.".length()) : name;
        return Optional.of(tower.substring(0, tower.indexOf('.')));
    }

    private static String withoutPrefix(String name) {
        return PREFIXES.stream()
                .filter(name::startsWith)
                .findFirst()
                .map(prefix -> name.substring(prefix.length()))
                .orElse(name);
    }

    boolean holds(String name) {
        return tensors.containsKey(name);
    }

    Optional<Tensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    boolean holdsAny(List<TensorNames.Part> options) {
        return options.stream().anyMatch(option -> holds(option.tensor(0)));
    }

    /** The file's name of a tensor. */
    String nameInFile(String name) {
        var full = namesInFile.get(name);
        if (full == null) {
            throw new IllegalStateException("an optional weight was never asked for: " + name);
        }
        return full;
    }

    List<String> notes() {
        return notes;
    }

    /** The file's names of unclaimed tensors, by their bare names. */
    SortedMap<String, String> unclaimed() {
        var rest = new TreeMap<>(namesInFile);
        rest.keySet().removeAll(claimed);
        return rest;
    }

    /** The matrix of one copy of a weight, checked against its shape. */
    Matrix matrix(WeightSpec weight, TensorNames.Part part, int copy) {
        String name = part.tensor(copy);
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalStateException("an optional weight was never asked for: " + name);
        }
        claimed.add(name);
        var dimensions = weight.dimensions();
        boolean transposed = part.layout() == Matrix.Layout.IN_OUT && dimensions.size() == 2;
        var one = part.shapeOfOne(weight);
        var expected = part.shape(weight);
        if (!tensor.shape().dimensions().equals(expected) && !stacksFlat(part, tensor, one, weight.copies())) {
            throw new CatalogException(file.path() + ": " + namesInFile.get(name) + " has the shape " + tensor.shape()
                    + ", expected " + expected);
        }
        boolean scaled = dimensions.size() == 2
                && quantization.filter(form -> form.dtype() == tensor.dtype()).isPresent();
        if (!READABLE.contains(tensor.dtype()) && !scaled) {
            throw new CatalogException(file.path() + ": " + namesInFile.get(name) + " is " + tensor.dtype()
                    + ", expected one of "
                    + READABLE.stream().map(DType::name).collect(Collectors.joining(", ")));
        }
        if (part.copies() == TensorNames.Copies.INPUTS
                && dimensions.getLast() % tensor.dtype().blockElements() != 0) {
            throw new CatalogException(file.path() + ": " + namesInFile.get(name) + " is " + tensor.dtype()
                    + ", whose blocks of " + tensor.dtype().blockElements() + " do not divide into slices of "
                    + dimensions.getLast() + " inputs");
        }
        if (tensor.dtype() == DType.NVFP4 && dimensions.size() == 2) {
            var stored = withFactors(tensor, name, part, copy, weight.copies());
            return sliced(transposed ? stored.transposed() : stored, dimensions, part, copy);
        }
        var own = part.copies() == TensorNames.Copies.STACKED ? slice(tensor, one, copy) : tensor;
        return dimensions.size() == 1
                ? vector(own, dimensions.getFirst(), part.slice())
                : sliced(whole(own, name, transposed, scaled), dimensions, part, copy);
    }

    /** Some files store a stack as one matrix, {@code [copies * rows, columns]}: the same bytes. */
    private static boolean stacksFlat(TensorNames.Part part, Tensor tensor, List<Long> one, int copies) {
        return part.copies() == TensorNames.Copies.STACKED
                && one.size() == 2
                && tensor.shape().dimensions().equals(List.of(one.getFirst() * copies, one.getLast()));
    }

    private static Set<DType> readable() {
        var dtypes = EnumSet.of(DType.F32, DType.F16, DType.BF16);
        for (var dtype : DType.values()) {
            if (dtype.blocked()) {
                dtypes.add(dtype);
            }
        }
        return dtypes;
    }

    private static Tensor slice(Tensor tensor, List<Long> dimensions, int index) {
        var shape = new Shape(dimensions);
        long bytes = tensor.dtype().bytes(shape.elements());
        return new Tensor(tensor.dtype(), shape, tensor.data().asSlice(index * bytes, bytes));
    }

    /** Where a copy of a weight is in a new tensor of floats, which has the shape that {@code part} gives it. */
    static Matrix place(Tensor tensor, WeightSpec weight, TensorNames.Part part, int copy) {
        var dimensions = weight.dimensions();
        var own = part.copies() == TensorNames.Copies.STACKED ? slice(tensor, part.shapeOfOne(weight), copy) : tensor;
        if (dimensions.size() == 1) {
            return vector(own, dimensions.getFirst(), part.slice());
        }
        boolean transposed = part.layout() == Matrix.Layout.IN_OUT;
        return sliced(transposed ? Matrix.ofTransposed(own) : Matrix.of(own), dimensions, part, copy);
    }

    /** A vector is one row: its slices are side by side. */
    private static Matrix vector(Tensor tensor, int length, int slice) {
        long bytes = tensor.dtype().bytes(length);
        return Matrix.of(
                new Tensor(tensor.dtype(), Shape.of(length), tensor.data().asSlice(slice * bytes, bytes)));
    }

    private Matrix whole(Tensor tensor, String name, boolean transposed, boolean scaled) {
        if (scaled) {
            claimed.add(BlockQuantization.scaleOf(name));
            var stored = quantization.orElseThrow().scaled(Matrix.of(tensor), name, tensors);
            return transposed ? stored.transposed() : stored;
        }
        return transposed ? Matrix.ofTransposed(tensor) : Matrix.of(tensor);
    }

    /** A stored matrix, alone or from a stack, with its scale factor if the file has one. */
    private Matrix withFactors(Tensor tensor, String name, TensorNames.Part part, int copy, int copies) {
        WholeFactors.beside(name, tensor.dtype()).stream().filter(this::holds).forEach(claimed::add);
        boolean stacked = part.copies() == TensorNames.Copies.STACKED;
        var all = WholeFactors.applied(Matrix.of(tensor), name, tensors, stacked ? copies : 1);
        return stacked ? all.outputs(copy * (all.rows() / copies), all.rows() / copies) : all;
    }

    private static Matrix sliced(Matrix whole, List<Integer> dimensions, TensorNames.Part part, int copy) {
        int outputs = dimensions.getFirst();
        return switch (part.copies()) {
            case APART, STACKED -> part.whole() ? whole : whole.outputs(part.slice() * outputs, outputs);
            case OUTPUTS -> whole.outputs(copy * outputs, outputs);
            case INPUTS -> whole.inputs(copy * dimensions.getLast(), dimensions.getLast());
            case GROUPED -> whole.outputs(copy * part.group() + part.offset(), outputs);
        };
    }

    static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    static String listed(List<String> names) {
        String shown = names.stream().limit(3).collect(Collectors.joining(", "));
        return names.size() > 3 ? shown + " and " + (names.size() - 3) + " more" : shown;
    }
}
