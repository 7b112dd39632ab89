package orrery.catalog;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Predicate;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.NormSpec.Gain;
import orrery.spec.Position;
import orrery.spec.RopeScaling;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * A model's metadata and tensors in GGUF form. Since a file leaves much to its readers, the metadata is read back
 * before anything is written: if the result differs from the spec, the model is refused, and the message names the
 * first difference.
 *
 * @param keys the metadata of the architecture, by full key: Integer (a count), Float, Boolean, String, or a list of
 *     Integer, Float or Boolean
 * @param tensors in the order of the forward pass, without the divisors
 * @param divisors the divisors of RoPE's frequencies, one per pair, for the tensor {@code rope_freqs.weight}; empty for
 *     most models
 * @param stored the spec that fits the weights as the file stores them
 * @param notes in words, what other programs may read differently
 */
public record GgufForm(
        SequencedMap<String, Object> keys,
        List<GgufTensor> tensors,
        List<Float> divisors,
        ArchitectureSpec stored,
        List<String> notes) {
    /** The tensor of the divisors. */
    public static final String DIVISORS = GgufRope.DIVISORS;

    public GgufForm {
        keys = Collections.unmodifiableSequencedMap(keys);
        tensors = List.copyOf(tensors);
        divisors = List.copyOf(divisors);
        notes = List.copyOf(notes);
    }

    /**
     * The form of a model whose config has that {@code model_type}.
     *
     * @param held whether the model's files contain an unused weight, by its path
     * @throws CatalogException if GGUF has no architecture for it, or its architecture cannot express the spec
     */
    public static GgufForm of(String modelType, ArchitectureSpec spec, Predicate<String> held) {
        var architecture = GgufCatalog.ofModelType(modelType);
        var said = new GgufSaid(architecture.named(modelType), spec);
        architecture.rows(said.architecture()).forEach(row -> row.write(said));
        architecture.say(said);
        var stored = architecture.asStored(spec);
        List<Float> divisors = List.of();
        if (architecture.divides()) {
            divisors = GgufRope.divisors(spec);
            stored = divisors.isEmpty() ? stored : GgufSpec.divided(stored, new RopeScaling.Divided(divisors));
        }
        var tensors = new Tensors(said.architecture(), spec, stored, architecture.tensorNames(spec)).all(held);
        var form = new GgufForm(said.values(), tensors, divisors, stored, said.notes());
        form.prove(spec);
        return form;
    }

    /**
     * Checks that a file reads back as this model.
     *
     * @throws CatalogException naming the first difference
     */
    public void require(ArchitectureSpec readBack) {
        requireSame(stored, readBack);
    }

    /**
     * The same for any two specs.
     *
     * @throws CatalogException naming the first difference
     */
    public static void requireSame(ArchitectureSpec spec, ArchitectureSpec readBack) {
        SpecDifference.between(spec, readBack.withName(spec.name())).ifPresent(difference -> {
            throw new CatalogException("a GGUF file cannot say all of " + spec.name() + ": " + difference);
        });
    }

    private void prove(ArchitectureSpec spec) {
        var shapes = new LinkedHashMap<String, Shape>();
        tensors.forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        ArchitectureSpec back;
        try {
            back = GgufCatalog.read(
                            spec.name(), new GgufKeys(Metadata.of("the new file", keys), shapes, divisorsAsTensor()))
                    .spec();
        } catch (CatalogException | orrery.spec.SpecException e) {
            throw new CatalogException("a GGUF file cannot say what " + spec.name() + " is: " + e.getMessage());
        }
        require(back);
    }

    private Optional<Tensor> divisorsAsTensor() {
        var floats = new float[divisors.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = divisors.get(i);
        }
        var data = MemorySegment.ofArray(new byte[floats.length * Float.BYTES]);
        MemorySegment.copy(floats, 0, data, GgufRope.FLOAT, 0, floats.length);
        return floats.length == 0
                ? Optional.empty()
                : Optional.of(new Tensor(DType.F32, Shape.of(floats.length), data));
    }

    /** Converts weights to tensors. */
    private static final class Tensors {
        private final String architecture;
        private final ArchitectureSpec spec;
        private final ArchitectureSpec stored;
        private final TensorNames names;
        private final SequencedMap<String, GgufTensor> made = new LinkedHashMap<>();

        Tensors(String architecture, ArchitectureSpec spec, ArchitectureSpec stored, TensorNames names) {
            this.architecture = architecture;
            this.spec = spec;
            this.stored = stored;
            this.names = names;
        }

        List<GgufTensor> all(Predicate<String> held) {
            add(spec.weights(), held, path -> names.found(path));
            add(
                    spec.draftWeights(),
                    held,
                    path -> names.foundInDraft(path, spec.layers().size()));
            return List.copyOf(made.values());
        }

        private void add(
                Map<String, WeightSpec> weights,
                Predicate<String> held,
                java.util.function.Function<String, List<TensorNames.Part>> named) {
            weights.forEach((path, weight) -> {
                if (weight.use() != WeightSpec.Use.UNUSED || held.test(path)) {
                    var parts = named.apply(path);
                    if (parts.isEmpty()) {
                        throw new CatalogException("a GGUF file of the architecture " + architecture
                                + " has no name for the weight " + path + " of " + spec.name());
                    }
                    add(path, weight, parts.getFirst());
                }
            });
        }

        /** The first of several slices creates the tensor, the others are added to it. */
        private void add(String path, WeightSpec weight, TensorNames.Part part) {
            boolean vector = weight.dimensions().size() == 1;
            var paths = new ArrayList<String>();
            var begun = made.get(part.tensor());
            if (begun != null) {
                paths.addAll(begun.paths());
            }
            paths.add(path);
            var laying = switch (part.copies()) {
                case INPUTS -> GgufTensor.Laying.BESIDE;
                case STACKED ->
                    part.layout() == orrery.tensor.Matrix.Layout.IN_OUT
                            ? GgufTensor.Laying.TURNED_BELOW
                            : GgufTensor.Laying.BELOW;
                case APART, OUTPUTS, GROUPED ->
                    vector && !part.whole() ? GgufTensor.Laying.BESIDE : GgufTensor.Laying.BELOW;
            };
            made.put(
                    part.tensor(),
                    new GgufTensor(
                            part.tensor(),
                            new Shape(part.shape(weight)),
                            paths,
                            laying,
                            interleaved(path),
                            plusOne(path)));
        }

        /** Queries and keys of layers whose pairs are interleaved only in the file. */
        private OptionalInt interleaved(String path) {
            if (!path.matches("layers\\.\\d+\\.attention\\.[qk]\\.(weight|bias)")) {
                return OptionalInt.empty();
            }
            int layer = Integer.parseInt(path.split("\\.")[1]);
            return spec.layers().get(layer).attention() instanceof GroupedQuery now
                            && stored.layers().get(layer).attention() instanceof GroupedQuery then
                            && now.position() instanceof Position.Rope before
                            && then.position() instanceof Position.Rope after
                            && before.pairing() != after.pairing()
                    ? OptionalInt.of(now.heads().size())
                    : OptionalInt.empty();
        }

        private boolean plusOne(String path) {
            if (path.equals("final_norm.weight")) {
                return onePlus(spec.finalNorm());
            }
            if (!path.startsWith("layers.")) {
                return false;
            }
            String[] steps = path.split("\\.", 3);
            LayerSpec layer = spec.layers().get(Integer.parseInt(steps[1]));
            return onePlus(
                    switch (steps[2]) {
                        case "attention.before.weight" -> layer.mixer().before();
                        case "attention.after.weight" -> layer.mixer().after();
                        case "mlp.before.weight" -> layer.feedForward().before();
                        case "mlp.after.weight" -> layer.feedForward().after();
                        case "attention.q_norm.weight" ->
                            layer.attention() instanceof GroupedQuery one
                                    ? one.norms().query()
                                    : NormSpec.NONE;
                        case "attention.k_norm.weight" ->
                            layer.attention() instanceof GroupedQuery one
                                    ? one.norms().key()
                                    : NormSpec.NONE;
                        default -> NormSpec.NONE;
                    });
        }

        private static boolean onePlus(NormSpec norm) {
            return norm instanceof NormSpec.Rms(var _, var gain) && gain == Gain.ONE_PLUS_WEIGHT;
        }
    }
}
