package orrery.report;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;

/**
 * A model's parameters by part, exactly.
 *
 * @param rows the parts that the model has
 * @param total all of them
 * @param active those that take part in one token
 */
public record ParameterTable(List<Row> rows, long total, long active) {
    /** What counts as active. Model cards differ; this is the convention of all numbers here, in a sentence. */
    public static final String CONVENTION =
            "Active: everything but the experts that are not selected for a token and weights that are never read;"
                    + " embedding and output head count in full.";

    public ParameterTable {
        rows = List.copyOf(rows);
    }

    /** A part of the model. */
    public record Row(Part part, long total, long active) {}

    /** Where a parameter belongs. */
    public enum Part {
        EMBEDDING("embedding"),
        POSITIONS("positions"),
        PER_LAYER_INPUT("per-layer input"),
        ATTENTION("attention"),
        FEED_FORWARD("feed-forward"),
        EXPERTS("experts"),
        SHARED_EXPERTS("shared experts"),
        ROUTERS("routers"),
        NORMS("norms"),
        STREAMS("AltUp and LAuReL"),
        HEAD("head"),
        UNUSED("carried, unused");

        private final String title;

        Part(String title) {
            this.title = title;
        }

        /** In a table. */
        public String title() {
            return title;
        }
    }

    /**
     * Sums a spec's check list. Norms on queries, keys and latents count as attention, a part's own norms as that part.
     */
    public static ParameterTable of(ArchitectureSpec spec) {
        Map<Part, long[]> sums = new EnumMap<>(Part.class);
        spec.weights().forEach((path, weight) -> {
            long[] sum = sums.computeIfAbsent(part(path, weight), _ -> new long[2]);
            sum[0] += weight.parameters();
            sum[1] += weight.activeParameters();
        });
        var rows = sums.entrySet().stream()
                .map(entry -> new Row(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
                .toList();
        // Summed here: to ask the spec would list all of its weights twice more.
        long total = rows.stream().mapToLong(Row::total).sum();
        long active = rows.stream().mapToLong(Row::active).sum();
        return new ParameterTable(rows, total, active);
    }

    private static Part part(String path, WeightSpec weight) {
        if (weight.use() == WeightSpec.Use.UNUSED) {
            return Part.UNUSED;
        }
        String within = path.startsWith("layers.") ? path.substring(path.indexOf('.', "layers.".length()) + 1) : path;
        String owner = within.substring(0, within.indexOf('.'));
        return switch (owner) {
            case "embedding" ->
                within.startsWith("embedding.per_layer.")
                        ? Part.PER_LAYER_INPUT
                        : within.equals("embedding.positions") ? Part.POSITIONS : Part.EMBEDDING;
            case "attention", "mlp" -> branchPart(owner, within.substring(owner.length() + 1));
            case "input" -> Part.PER_LAYER_INPUT;
            case "final_norm" -> Part.NORMS;
            case "head" -> Part.HEAD;
            case "streams", "altup", "laurel" -> Part.STREAMS;
            default -> throw new IllegalStateException("the weight " + path + " belongs to no part that is known");
        };
    }

    private static Part branchPart(String branch, String role) {
        String first = role.substring(0, role.indexOf('.'));
        return switch (first) {
            case "before", "after", "outer" -> Part.NORMS;
            case "experts" -> Part.EXPERTS;
            case "shared" -> Part.SHARED_EXPERTS;
            case "router" -> Part.ROUTERS;
            default -> branch.equals("attention") ? Part.ATTENTION : Part.FEED_FORWARD;
        };
    }
}
