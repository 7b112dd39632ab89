package orrery.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import orrery.spec.ArchitectureSpec;
import orrery.spec.SpecException;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Shape;

/**
 * The dtype of each tensor of a GGUF file, both for writing such files and for predicting their size.
 *
 * @param tensors of a model that GGUF can express
 */
public record GgufTypes(Optional<List<GgufTensor>> tensors) {
    /**
     * Small matrices whose precision matters much: routers, and Gemma 3n's mixing of streams. Learned positions are
     * added to exact values.
     */
    private static final Pattern KEPT = Pattern.compile(
            "(blk\\.\\d+\\.)?(ffn_gate_inp|altup_.*|laurel_.*|position_embd)\\.weight|.*\\.bias|.*norm\\.weight|rope_freqs\\.weight");

    /** Gemma 3n's matrices between streams, which are as large as others. */
    private static final Pattern LARGE = Pattern.compile("altup_(unembd_)?proj\\.weight");

    /** The same by the paths of a spec for which GGUF has no names. */
    private static final Pattern KEPT_PATH = Pattern.compile(".*\\.(router|altup|laurel)\\..*|embedding\\.positions");

    /** Fewer elements save too little to be quantized. */
    private static final int SMALL = 1 << 12;

    /** Whether a tensor always stays in F32. */
    public static boolean staysFloat(String name, Shape shape) {
        boolean kept = KEPT.matcher(name).matches() && !LARGE.matcher(name).matches();
        return kept || shape.dimensions().size() == 1 || shape.rows() == 1 || shape.elements() < SMALL;
    }

    /** The dtype of a tensor when {@code wanted} is requested. */
    public static DType of(String name, Shape shape, DType wanted) {
        return staysFloat(name, shape) ? DType.F32 : wanted.fitting(shape.columns());
    }

    /** For a model's tensors, in the first form in which GGUF can express all of it. */
    public static GgufTypes of(ArchitectureSpec spec) {
        return new GgufTypes(GgufCatalog.modelTypes()
                .flatMap(type -> form(type, spec).stream())
                .map(GgufForm::tensors)
                .findFirst());
    }

    private static Optional<GgufForm> form(String modelType, ArchitectureSpec spec) {
        try {
            return Optional.of(GgufForm.of(modelType, spec, _ -> false));
        } catch (CatalogException | SpecException _) {
            return Optional.empty();
        }
    }

    /** The dtype of each weight, by its path; for a model that GGUF cannot express, by the shapes of its spec. */
    public BiFunction<String, WeightSpec, DType> storedAs(DType wanted) {
        Map<String, DType> types = new HashMap<>();
        tensors.orElse(List.of())
                .forEach(tensor ->
                        tensor.paths().forEach(path -> types.put(path, of(tensor.name(), tensor.shape(), wanted))));
        // A slice of a tensor is read separately, so it must consist of whole blocks, too.
        return (path, weight) -> Optional.ofNullable(types.get(path))
                .map(type -> type.fitting(weight.dimensions().getLast()))
                .orElseGet(() -> without(path, weight, wanted));
    }

    private static DType without(String path, WeightSpec weight, DType wanted) {
        var dimensions = weight.dimensions();
        boolean kept = dimensions.size() == 1
                || weight.elements() < SMALL
                || KEPT_PATH.matcher(path).matches();
        return kept ? DType.F32 : wanted.fitting(dimensions.getLast());
    }
}
