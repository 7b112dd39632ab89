package orrery.catalog;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orrery.format.Metadata;
import orrery.format.SafetensorsWriter;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** Writes weights in F32 as a safetensors file, under the names that a config's family gives them. */
public final class CheckpointWriter {
    private static final String HEAD = "head.weight";

    private final ArchitectureSpec spec;
    private final Map<String, List<Matrix>> weights;
    private final TensorNames names;
    private final Map<String, Tensor> tensors = new TreeMap<>();

    private CheckpointWriter(Metadata config, ArchitectureSpec spec, Map<String, List<Matrix>> weights) {
        this.spec = spec;
        this.weights = weights;
        names = Catalog.family(TextConfig.of(config).config()).tensorNames(spec);
    }

    /**
     * Writes the file completely or not at all, replacing an existing one.
     *
     * @param config the config of {@code spec}, of a text model
     * @param weights in F32, by path, one per copy
     * @throws orrery.format.FormatException if the file cannot be written; an existing one is then unchanged
     */
    public static void write(Path file, Metadata config, ArchitectureSpec spec, Map<String, List<Matrix>> weights) {
        try (var arena = Arena.ofConfined()) {
            var tensors = new CheckpointWriter(config, spec, weights).placed(arena);
            SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
        }
    }

    private Map<String, Tensor> placed(Arena arena) {
        spec.weights().forEach((path, weight) -> place(arena, path, weight, names.parts(path)));
        int draftLayer = spec.layers().size();
        spec.draftWeights().forEach((path, weight) -> place(arena, path, weight, names.draftParts(path, draftLayer)));
        return tensors;
    }

    private void place(Arena arena, String path, WeightSpec weight, List<TensorNames.Part> options) {
        if (weight.use() == WeightSpec.Use.UNUSED) {
            return;
        }
        var part = options.getFirst();
        var shape = part.shape(weight).stream().mapToLong(Long::longValue).toArray();
        for (int copy = 0; copy < weight.copies(); copy++) {
            String name = (path.equals(HEAD) ? "" : prefix()) + part.tensor(copy);
            var tensor = tensors.computeIfAbsent(name, _ -> Tensor.zeros(arena, DType.F32, shape));
            copy(weights.getOrDefault(path, List.of()).get(copy), NamedTensors.place(tensor, weight, part, copy));
        }
    }

    /** Of all names but the head's, as transformers saves them. */
    private String prefix() {
        return names.layerPrefix().startsWith("layers.") ? "model." : "transformer.";
    }

    private static void copy(Matrix from, Matrix to) {
        for (int row = 0; row < from.rows(); row++) {
            for (int column = 0; column < from.columns(); column++) {
                float value = from.data().getAtIndex(ValueLayout.JAVA_FLOAT, from.index(row, column));
                to.data().setAtIndex(ValueLayout.JAVA_FLOAT, to.index(row, column), value);
            }
        }
    }
}
