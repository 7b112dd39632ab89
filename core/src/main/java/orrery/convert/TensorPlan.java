package orrery.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import orrery.format.ModelFile;
import orrery.kernel.Elements;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.NormSpec.Gain;
import orrery.spec.Position;
import orrery.spec.RopeScaling;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;

/**
 * A checkpoint's weights as the tensors of a GGUF file: under its names, with heads, experts and what else has copies stacked, norms with what is added to them, and rows in the order that its
 * readers rotate. Source: the converters of github.com/ggml-org/llama.cpp ({@code convert_hf_to_gguf.py}).
 */
final class TensorPlan {
    private static final String LAYERS = "layers.";

    private final Architecture architecture;
    private final ArchitectureSpec spec;
    private final SequencedMap<String, List<Matrix>> weights;
    private final SequencedMap<String, Unplanned> tensors = new LinkedHashMap<>();

    /**
     * A tensor whose dtype is not yet chosen.
     *
     * @param bytesBefore what it takes now; 0 for one that is made
     */
    record Unplanned(Shape shape, Rows rows, long bytesBefore) {
        PlannedTensor as(String name, TypeChoice.Choice choice) {
            return new PlannedTensor(name, shape, rows, bytesBefore, choice.dtype(), choice.insteadOf());
        }
    }

    private TensorPlan(Architecture architecture, ArchitectureSpec spec, SequencedMap<String, List<Matrix>> weights) {
        this.architecture = architecture;
        this.spec = spec;
        this.weights = weights;
    }

    /** Those of a GGUF file, as they are. */
    static SequencedMap<String, Unplanned> of(ModelFile gguf) {
        var tensors = new LinkedHashMap<String, Unplanned>();
        gguf.tensors().forEach((name, tensor) -> {
            if (!Elements.readable(tensor.dtype())) {
                throw new ConvertException(gguf.path() + ": tensor " + name + " is " + tensor.dtype()
                        + ", expected numbers that weights come in");
            }
            var rows = new Rows.Stacked(List.of(Matrix.of(tensor)));
            tensors.put(name, new Unplanned(tensor.shape(), rows, tensor.data().byteSize()));
        });
        return tensors;
    }

    /**
     * By name, in the order of the forward pass; those of a draft are left out.
     *
     * @param weights of the spec; of those that nobody reads, the ones that there are
     */
    static SequencedMap<String, Unplanned> of(
            Architecture architecture, ArchitectureSpec spec, SequencedMap<String, List<Matrix>> weights) {
        var made = new TensorPlan(architecture, spec, weights);
        made.ropeFactors();
        spec.weights().forEach((path, weight) -> {
            if (weight.use() != WeightSpec.Use.UNUSED || weights.containsKey(path)) {
                made.add(path, weight);
            }
        });
        return made.tensors;
    }

    private void add(String path, WeightSpec weight) {
        if (!path.startsWith(LAYERS)) {
            addTop(path, weight);
            return;
        }
        int dot = path.indexOf('.', LAYERS.length());
        int index = Integer.parseInt(path.substring(LAYERS.length(), dot));
        addInLayer("blk." + index + ".", path, path.substring(dot + 1), weight);
    }

    private void addTop(String path, WeightSpec weight) {
        var copies = copies(path);
        switch (path) {
            case "embedding.per_layer.tokens" -> put(TensorNaming.top(path), beside(copies), copies);
            case "embedding.per_layer.projection" -> put(TensorNaming.top(path), below(copies), copies);
            case "final_norm.weight" ->
                put(TensorNaming.top(path), gained(spec.finalNorm(), stacked(weight, copies)), copies);
            default -> put(TensorNaming.top(path), stacked(weight, copies), copies);
        }
    }

    private void addInLayer(String prefix, String path, String role, WeightSpec weight) {
        var layer = spec.layers().get(Integer.parseInt(prefix.substring(4, prefix.length() - 1)));
        String name = prefix + TensorNaming.inLayer(role, layer);
        var copies = copies(path);
        boolean fused = architecture == Architecture.GPT2;
        switch (role) {
            case "attention.q.weight", "attention.q.bias" -> {
                if (fused) {
                    var all = Stream.of(
                                    path,
                                    path.replace("attention.q", "attention.k"),
                                    path.replace("attention.q", "attention.v"))
                            .map(one -> copies(one).getFirst())
                            .toList();
                    put(
                            name.replace("attn_q.", "attn_qkv."),
                            weight.dimensions().size() == 1 ? inOneRow(all) : below(all),
                            all);
                } else {
                    put(name, turned(layer, stacked(weight, copies), copies), copies);
                }
            }
            case "attention.k.weight", "attention.k.bias" -> {
                if (!fused) {
                    put(name, turned(layer, stacked(weight, copies), copies), copies);
                }
            }
            case "attention.v.weight", "attention.v.bias" -> {
                if (!fused) {
                    put(name, stacked(weight, copies), copies);
                }
            }
            // A query is taken to the latents by it, so it is stored the other way round.
            case "attention.k_up.weight" -> {
                var other = copies.stream().map(Matrix::transposed).toList();
                put(name, inSpace(other), copies);
            }
            case "attention.v_up.weight",
                    "mlp.experts.gate.weight",
                    "mlp.experts.up.weight",
                    "mlp.experts.down.weight" -> put(name, inSpace(copies), copies);
            default -> put(name, gained(norm(role, layer), stacked(weight, copies)), copies);
        }
    }

    private List<Matrix> copies(String path) {
        var copies = weights.get(path);
        if (copies == null) {
            throw new IllegalStateException("the checkpoint has no " + path);
        }
        return copies;
    }

    /** Rows and what shape they have in the file. */
    private record Laid(Shape shape, Rows rows) {}

    /** A vector, a matrix, or several matrices in a dimension of their own. */
    private static Laid stacked(WeightSpec weight, List<Matrix> copies) {
        var first = copies.getFirst();
        if (copies.size() > 1) {
            return inSpace(copies);
        }
        boolean vector = weight.dimensions().size() == 1;
        return new Laid(
                vector ? Shape.of(first.columns()) : Shape.of(first.rows(), first.columns()), new Rows.Stacked(copies));
    }

    private static Laid inSpace(List<Matrix> copies) {
        var first = copies.getFirst();
        return new Laid(Shape.of(copies.size(), first.rows(), first.columns()), new Rows.Stacked(copies));
    }

    private static Laid below(List<Matrix> copies) {
        var rows = new Rows.Stacked(copies);
        return new Laid(Shape.of(rows.count(), rows.columns()), rows);
    }

    private static Laid beside(List<Matrix> copies) {
        var rows = new Rows.SideBySide(copies);
        return new Laid(Shape.of(rows.count(), rows.columns()), rows);
    }

    private static Laid inOneRow(List<Matrix> vectors) {
        var rows = new Rows.SideBySide(vectors);
        return new Laid(Shape.of(rows.columns()), rows);
    }

    /** With its rows in the order that readers of this architecture rotate. A bias is one row: its elements change places. */
    private Laid turned(LayerSpec layer, Laid laid, List<Matrix> copies) {
        if (!architecture.interleaves() || !(layer.attention() instanceof GroupedQuery attention)) {
            return laid;
        }
        boolean vector = laid.shape().dimensions().size() == 1;
        var rows = vector ? new Rows.Stacked(List.of(copies.getFirst().transposed())) : laid.rows();
        return new Laid(
                laid.shape(), new Rows.Interleaved(rows, attention.heads().size()));
    }

    /** The gain itself, where the file stores it less one. */
    private static Laid gained(NormSpec norm, Laid laid) {
        boolean lessOne = norm instanceof NormSpec.Rms(var _, var gain) && gain == Gain.ONE_PLUS_WEIGHT;
        return lessOne ? new Laid(laid.shape(), new Rows.OnePlus(laid.rows())) : laid;
    }

    /** The norm whose weight has that role; none for what is no norm. */
    private static NormSpec norm(String role, LayerSpec layer) {
        return switch (role) {
            case "attention.before.weight" -> layer.mixer().before();
            case "attention.after.weight" -> layer.mixer().after();
            case "mlp.before.weight" -> layer.feedForward().before();
            case "mlp.after.weight" -> layer.feedForward().after();
            case "attention.q_norm.weight" ->
                layer.attention() instanceof GroupedQuery one ? one.norms().query() : NormSpec.NONE;
            case "attention.k_norm.weight" ->
                layer.attention() instanceof GroupedQuery one ? one.norms().key() : NormSpec.NONE;
            default -> NormSpec.NONE;
        };
    }

    private void put(String name, Laid laid, List<Matrix> copies) {
        put(name, laid, copies.stream().mapToLong(Matrix::bytes).sum());
    }

    private void put(String name, Laid laid, long bytesBefore) {
        if (tensors.put(name, new Unplanned(laid.shape(), laid.rows(), bytesBefore)) != null) {
            throw new IllegalStateException("two weights would be named " + name);
        }
    }

    /** What RoPE's angles are divided by, pair by pair, in place of Llama 3's rule. */
    private void ropeFactors() {
        var scaled = spec.layers().stream()
                .map(layer ->
                        layer.attention() instanceof GroupedQuery attention ? attention.position() : Position.NONE)
                .filter(position ->
                        position instanceof Position.Rope rope && rope.scaling() instanceof RopeScaling.Llama3)
                .map(Position.Rope.class::cast)
                .findFirst();
        scaled.ifPresent(rope -> {
            var plain = RopeScaling.NONE.frequencies(rope.theta(), rope.dimensions());
            var stretched = rope.frequencies();
            double most = ((RopeScaling.Llama3) rope.scaling()).factor();
            var factors = new float[plain.length];
            for (int i = 0; i < factors.length; i++) {
                double factor = (double) plain[i] / stretched[i];
                // Both were rounded: pairs that the rule stretches in full get its own number back.
                factors[i] = (float) (Math.abs(factor / most - 1) < 1e-6 ? most : factor);
            }
            put("rope_freqs.weight", new Laid(Shape.of(factors.length), new Rows.Made(factors)), 0);
        });
    }
}
