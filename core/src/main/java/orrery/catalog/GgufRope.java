package orrery.catalog;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Position;
import orrery.spec.RopeScaling;
import orrery.tensor.DType;

/** RoPE in a GGUF file: its base and scaling from the metadata, and the divisors of Llama 3.1's rule from a tensor. */
final class GgufRope {
    /** One divisor per pair, the same in all layers. */
    static final String DIVISORS = "rope_freqs.weight";

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final List<String> KNOWN = List.of("linear", "none", "yarn");

    private GgufRope() {}

    /**
     * Sets the config's {@code rope_theta} and, if there is scaling, {@code rope_scaling}.
     *
     * @param dimensions how many elements the family rotates
     * @param theta the default base
     */
    static void put(GgufKeys keys, int dimensions, double theta) {
        if (keys.integer("rope.dimension_count", dimensions) != dimensions) {
            throw keys.wrong(
                    "rope.dimension_count",
                    keys.integer("rope.dimension_count"),
                    dimensions + ": whole heads are rotated");
        }
        keys.put("rope_theta", keys.decimal("rope.freq_base", theta));
        // Older files have the factor in a key of its own; 0 means that there is none.
        double said = keys.decimal("rope.scaling.factor", keys.decimal("rope.scale_linear", 1));
        double factor = said == 0 ? 1 : said;
        String type = keys.text("rope.scaling.type", "linear");
        keys.flag("rope.scaling.finetuned", false);
        switch (type) {
            case "none" -> requireFactor(keys, factor);
            case "linear" -> {
                if (factor != 1) {
                    keys.put("rope_scaling", scaling("linear", factor));
                }
            }
            case "yarn" -> keys.put("rope_scaling", yarn(keys, factor));
            default -> throw keys.wrong("rope.scaling.type", "\"" + type + "\"", "one of " + String.join(", ", KNOWN));
        }
    }

    private static void requireFactor(GgufKeys keys, double factor) {
        if (factor != 1) {
            throw keys.wrong("rope.scaling.factor", factor, "1, since rope.scaling.type is none");
        }
    }

    private static LinkedHashMap<String, Object> scaling(String type, double factor) {
        var scaling = new LinkedHashMap<String, Object>();
        scaling.put("rope_type", type);
        scaling.put("factor", factor);
        return scaling;
    }

    private static LinkedHashMap<String, Object> yarn(GgufKeys keys, double factor) {
        var scaling = scaling("yarn", factor);
        scaling.put("original_max_position_embeddings", keys.integer("rope.scaling.original_context_length"));
        scaling.put("beta_fast", keys.decimal("rope.scaling.yarn_beta_fast", 32));
        scaling.put("beta_slow", keys.decimal("rope.scaling.yarn_beta_slow", 1));
        return scaling;
    }

    /** Writes a base and a scaling; divisors are not keys, but a tensor. */
    static void say(GgufSaid said, Position.Rope rope) {
        said.put("rope.freq_base", rope.theta()).put("rope.dimension_count", rope.dimensions());
        switch (rope.scaling()) {
            // The last two have no keys, so a spec with one of them does not read back and is refused.
            case RopeScaling.None _,
                    RopeScaling.Llama3 _,
                    RopeScaling.Divided _,
                    RopeScaling.Dynamic _,
                    RopeScaling.LongRope _ -> {}
            case RopeScaling.Linear(var factor) ->
                said.put("rope.scaling.type", "linear").put("rope.scaling.factor", factor);
            case RopeScaling.Yarn yarn -> {
                said.put("rope.scaling.type", "yarn")
                        .put("rope.scaling.factor", yarn.factor())
                        .put("rope.scaling.original_context_length", yarn.original());
                if (yarn.betaFast() != 32 || yarn.betaSlow() != 1) {
                    said.put("rope.scaling.yarn_beta_fast", yarn.betaFast())
                            .put("rope.scaling.yarn_beta_slow", yarn.betaSlow());
                }
            }
        }
    }

    /** The divisors of the frequencies, by Llama 3.1's rule or from a file; empty if no layer has either. */
    static List<Float> divisors(ArchitectureSpec spec) {
        return GgufParts.grouped(spec).stream()
                .map(GroupedQuery::position)
                .filter(Position.Rope.class::isInstance)
                .map(position -> divisors((Position.Rope) position))
                .filter(divisors -> !divisors.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static List<Float> divisors(Position.Rope rope) {
        return switch (rope.scaling()) {
            case RopeScaling.Llama3 rule -> divisors(rope, rule.factor());
            case RopeScaling.Divided(var divisors) -> divisors;
            case RopeScaling.None _,
                    RopeScaling.Linear _,
                    RopeScaling.Dynamic _,
                    RopeScaling.LongRope _,
                    RopeScaling.Yarn _ -> List.of();
        };
    }

    private static List<Float> divisors(Position.Rope rope, double most) {
        var plain = RopeScaling.NONE.frequencies(rope.theta(), rope.dimensions());
        var stretched = rope.frequencies();
        var divisors = new ArrayList<Float>();
        for (int i = 0; i < plain.length; i++) {
            double divisor = (double) plain[i] / stretched[i];
            // Both were rounded: pairs that are scaled in full get the rule's own factor back.
            divisors.add((float) (Math.abs(divisor / most - 1) < 1e-6 ? most : divisor));
        }
        return divisors;
    }

    /** The divisors in the file, if it has them. */
    static Optional<RopeScaling> divided(GgufKeys keys) {
        if (keys.divisors().isEmpty()) {
            return Optional.empty();
        }
        int dimensions = keys.headSize();
        var tensor = keys.divisors().get();
        if (tensor.dtype() != DType.F32 || !tensor.shape().dimensions().equals(List.of(dimensions / 2L))) {
            throw new CatalogException(keys.origin() + ": " + DIVISORS + " is " + tensor.dtype() + " " + tensor.shape()
                    + ", expected F32 [" + dimensions / 2 + "]");
        }
        var divisors = new ArrayList<Float>();
        for (int i = 0; i < dimensions / 2; i++) {
            divisors.add(tensor.data().get(FLOAT, (long) i * Float.BYTES));
        }
        return Optional.of(new RopeScaling.Divided(divisors));
    }
}
