package orrery.app.curves;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import orrery.app.terminal.CommandException;
import orrery.catalog.Catalog;
import orrery.catalog.OpenCheckpoint;
import orrery.curve.Scenario;
import orrery.format.FormatException;
import orrery.format.ModelFile;
import orrery.measure.WeightType;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/** Each model with each requested type and number of sequences. */
public final class Scenarios {
    /** The most lines that can be told apart. */
    private static final int MOST = 16;

    private static final String SAFETENSORS = "*.safetensors";

    private Scenarios() {}

    /** A model and the type of its weights. */
    private record Stored(ArchitectureSpec spec, String storage, BiFunction<String, WeightSpec, DType> storedAs) {}

    /**
     * @param types types of weights; if empty, as stored if there are files, otherwise bf16
     * @throws CommandException if there are more than can be told apart
     */
    public static List<Scenario> of(
            List<String> models, List<WeightType> types, List<KvType> kvTypes, List<Integer> batches) {
        var scenarios = new ArrayList<Scenario>();
        for (String model : models) {
            for (var stored : stored(model, types)) {
                for (var kvType : kvTypes) {
                    for (int batch : batches) {
                        var one = Scenario.of(stored.spec(), stored.storage(), stored.storedAs(), kvType, batch);
                        scenarios.add(one.withLabel(label(one, types, kvTypes, batches)));
                    }
                }
            }
        }
        if (scenarios.size() > MOST) {
            throw new CommandException(
                    "these are " + scenarios.size() + " curves, expected at most " + MOST + " in one chart");
        }
        return scenarios;
    }

    /** The name, and everything in which others differ. */
    private static String label(Scenario one, List<WeightType> types, List<KvType> kvTypes, List<Integer> batches) {
        var label = new StringBuilder(one.spec().name());
        if (types.size() > 1) {
            label.append(' ').append(one.storage());
        }
        if (kvTypes.size() > 1) {
            label.append(", KV ").append(one.kvType().label());
        }
        if (batches.size() > 1) {
            label.append(" × ").append(one.batch());
        }
        return label.toString();
    }

    private static List<Stored> stored(String model, List<WeightType> types) {
        if (types.isEmpty() && Catalog.release(model).isEmpty() && holdsWeights(Path.of(model))) {
            return List.of(asStored(Path.of(model)));
        }
        var spec = Catalog.describe(model).spec().withoutDraft();
        return (types.isEmpty() ? List.of(WeightType.BF16) : types)
                .stream()
                        .map(type -> new Stored(spec, type.label(), type.of(spec)))
                        .toList();
    }

    private static Stored asStored(Path path) {
        try (var open = OpenCheckpoint.open(path)) {
            var checkpoint = open.checkpoint().withoutDraft();
            Map<String, DType> types = new HashMap<>();
            checkpoint
                    .weights()
                    .forEach((name, copies) -> types.put(name, copies.getFirst().dtype()));
            return new Stored(
                    checkpoint.description().spec(), "as stored", (name, _) -> types.getOrDefault(name, DType.F32));
        }
    }

    private static boolean holdsWeights(Path path) {
        if (Files.isRegularFile(path)) {
            return ModelFile.isGguf(path);
        }
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(path, SAFETENSORS)) {
            return entries.iterator().hasNext();
        } catch (java.io.IOException e) {
            throw new CommandException("could not list " + path + ": " + FormatException.reason(e), e);
        }
    }
}
