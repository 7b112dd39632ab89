package orrery.catalog;

import java.util.List;
import java.util.Optional;
import orrery.format.Metadata;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/**
 * RoPE in a config, in the old style ({@code rope_theta} and {@code rope_scaling}) and the new one
 * ({@code rope_parameters}, flat or one per kind of layer). An unknown {@code rope_type} stops the load: a model
 * without its scaling would answer short prompts and fail on long ones.
 *
 * @param config of the text model
 * @param dimensions that are rotated: the whole head
 * @param defaultTheta the default base
 * @param maxPositions the model's maximum context, which some scalings use as the length of its training
 */
record RopeConfig(Metadata config, int dimensions, double defaultTheta, int maxPositions) {
    private static final List<String> KNOWN = List.of("default", "linear", "dynamic", "llama3", "longrope", "yarn");
    private static final String OLD = "rope_scaling";
    private static final String NEW = "rope_parameters";
    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final String PARTIAL = "partial_rotary_factor";

    /** Whether each kind of layer has its own RoPE. */
    private enum Style {
        ONE,
        EACH_KIND
    }

    /** The RoPE of a model in which all layers have the same. */
    Position.Rope read(Position.Pairing pairing) {
        var renewed = config.child(NEW);
        renewed.ifPresent(part -> {
            for (var type : List.of(LayerTypes.FULL, LayerTypes.SLIDING, LayerTypes.CHUNKED)) {
                if (part.has(type)) {
                    throw new CatalogException(part.origin() + " gives RoPE for " + type
                            + " only, but in this family all layers have the same");
                }
            }
        });
        double theta = config.decimal("rope_theta", defaultTheta);
        var rope = renewed.map(part -> rope(part, theta, pairing, Style.ONE));
        var old = config.child(OLD).map(part -> rope(part, theta, pairing, Style.ONE));
        requireSame(rope, old);
        return old.or(() -> rope).orElseGet(() -> new Position.Rope(theta, dimensions, pairing, RopeScaling.NONE));
    }

    Position.Rope read() {
        return read(Position.Pairing.HALVES);
    }

    /**
     * The RoPE of one kind of layer: {@code rope_parameters.full_attention} in the new style, in the old one a key for
     * theta and possibly a scaling.
     *
     * @param thetaKey the old style's
     * @param scaled whether the old style's {@code rope_scaling} applies to this kind
     */
    Position.Rope readFor(String layerType, String thetaKey, boolean scaled) {
        double theta = config.decimal(thetaKey, defaultTheta);
        var renewed = config.child(NEW);
        if (renewed.isPresent()
                && !renewed.get().has(LayerTypes.FULL)
                && !renewed.get().has(LayerTypes.SLIDING)) {
            throw new CatalogException(renewed.get().origin() + " is one for all layers, expected one for "
                    + LayerTypes.FULL + " and one for " + LayerTypes.SLIDING);
        }
        var own = renewed.flatMap(parameters -> parameters.child(layerType))
                .map(part -> rope(part, theta, Position.Pairing.HALVES, Style.EACH_KIND));
        var old = scaled ? config.child(OLD).map(part -> old(part, theta)) : Optional.<Position.Rope>empty();
        requireSame(own, old);
        return own.or(() -> old).orElseGet(() -> new Position.Rope(theta, dimensions));
    }

    private Position.Rope old(Metadata part, double theta) {
        if (!part.has("rope_type") && !part.text("type", "default").equals("default")) {
            throw new CatalogException(part.origin() + ": type is \"" + part.text("type")
                    + "\", and there is no rope_type: transformers ignores the old name in this family and scales"
                    + " nothing; expected rope_type");
        }
        return rope(part, theta, Position.Pairing.HALVES, Style.EACH_KIND);
    }

    private void requireSame(Optional<Position.Rope> one, Optional<Position.Rope> other) {
        if (one.isPresent() && other.isPresent() && !one.equals(other)) {
            throw new CatalogException(
                    config.origin() + ": " + NEW + " and " + OLD + " disagree, expected one of them");
        }
    }

    private Position.Rope rope(Metadata part, double theta, Position.Pairing pairing, Style style) {
        var scaling = scaling(part, style);
        double share = part.decimal(PARTIAL, config.decimal(PARTIAL, 1));
        // Without scaling, transformers rotates whole heads anyway; with scaling, it fails.
        if (share != 1 && !(scaling instanceof RopeScaling.None)) {
            throw new CatalogException(config.origin() + ": " + PARTIAL + " is " + share
                    + ", but this family rotates whole heads where it scales RoPE");
        }
        return new Position.Rope(part.decimal("rope_theta", theta), dimensions, pairing, scaling);
    }

    /** A scaling, whose kind is in {@code rope_type} or, in older files, in {@code type}. */
    private RopeScaling scaling(Metadata part, Style style) {
        String key = part.has("rope_type") ? "rope_type" : "type";
        String type = part.text(key, "default");
        if (part.has("rope_type") && part.has("type")) {
            part.text("type");
        }
        return switch (type) {
            case "default" -> RopeScaling.NONE;
            case "linear" -> new RopeScaling.Linear(part.decimal("factor"));
            case "dynamic" -> new RopeScaling.Dynamic(part.decimal("factor"), maxPositions);
            case "llama3" ->
                new RopeScaling.Llama3(
                        part.decimal("factor"),
                        part.decimal("low_freq_factor"),
                        part.decimal("high_freq_factor"),
                        original(part, style));
            case "longrope" -> longrope(part, style);
            case "yarn" -> yarn(part, style);
            default -> throw Config.unknown(part, key, type, KNOWN);
        };
    }

    /** The training length in positions: a key next to the scaling takes precedence over the one inside. */
    private int original(Metadata part, Style style) {
        int within = part.integer(ORIGINAL, maxPositions);
        return switch (style) {
            case ONE -> config.integer(ORIGINAL, within);
            case EACH_KIND -> within;
        };
    }

    private double factor(Metadata part, Style style) {
        return part.decimal("factor", (double) maxPositions / original(part, style));
    }

    private RopeScaling longrope(Metadata part, Style style) {
        int original = original(part, style);
        double usual = RopeScaling.LongRope.attentionFactor(factor(part, style), original);
        return new RopeScaling.LongRope(
                part.decimals("short_factor"),
                part.decimals("long_factor"),
                original,
                part.decimal("attention_factor", usual));
    }

    private RopeScaling yarn(Metadata part, Style style) {
        double factor = factor(part, style);
        double mscale = part.decimal("mscale", 0);
        double mscaleAllDim = part.decimal("mscale_all_dim", 0);
        double usual = mscale != 0 && mscaleAllDim != 0
                ? RopeScaling.Yarn.temperature(factor, mscale) / RopeScaling.Yarn.temperature(factor, mscaleAllDim)
                : RopeScaling.Yarn.temperature(factor, 1);
        boolean truncate = part.flag("truncate", true);
        if (style == Style.EACH_KIND && !truncate) {
            throw new CatalogException(part.origin() + ": truncate is false, but transformers looks for it elsewhere"
                    + " if each kind of layer has its own RoPE");
        }
        return new RopeScaling.Yarn(
                factor,
                original(part, style),
                part.decimal("beta_fast", 32),
                part.decimal("beta_slow", 1),
                part.decimal("attention_factor", usual),
                truncate);
    }

    /**
     * The factor by which DeepSeek sharpens its scores, besides YaRN's effect on cosine and sine; 1 if RoPE is not
     * scaled.
     */
    double scoreTemperature() {
        return config.child(OLD)
                .or(() -> config.child(NEW))
                .filter(part -> !(scaling(part, Style.ONE) instanceof RopeScaling.None))
                .map(part -> RopeScaling.Yarn.temperature(factor(part, Style.ONE), part.decimal("mscale_all_dim", 0)))
                .orElse(1.0);
    }
}
