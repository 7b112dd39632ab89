package orrery.catalog;

import java.util.List;
import java.util.Optional;
import orrery.format.Metadata;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/**
 * RoPE from a config, in the old style ({@code rope_theta} and {@code rope_scaling}) and the new ({@code rope_parameters}, flat or one for each
 * kind of layer). An unknown {@code rope_type} stops the load: a model whose scaling is left out answers short prompts and fails on long ones.
 */
final class RopeConfig {
    private static final List<String> KNOWN = List.of("default", "linear", "llama3", "yarn");

    private RopeConfig() {}

    /** The RoPE of a model in which all layers have the same. */
    static Position.Rope read(Metadata config, int dimensions, double defaultTheta) {
        return read(config, dimensions, defaultTheta, Position.Pairing.HALVES);
    }

    static Position.Rope read(Metadata config, int dimensions, double defaultTheta, Position.Pairing pairing) {
        var parameters = config.child("rope_parameters");
        double theta = config.decimal("rope_theta", defaultTheta);
        var scaling = parameters.isPresent() ? parameters : config.child("rope_scaling");
        double declared = scaling.map(part -> part.decimal("rope_theta", theta)).orElse(theta);
        requireWholeHead(config);
        return new Position.Rope(
                declared,
                dimensions,
                pairing,
                scaling.map(part -> scaling(config, part)).orElse(RopeScaling.NONE));
    }

    /** The RoPE of one kind of layer in a new-style config: {@code rope_parameters.full_attention}. */
    static Optional<Position.Rope> readFor(Metadata config, String layerType, int dimensions, double defaultTheta) {
        return config.child("rope_parameters")
                .flatMap(parameters -> parameters.child(layerType))
                .map(part ->
                        new Position.Rope(part.decimal("rope_theta", defaultTheta), dimensions, scaling(config, part)));
    }

    private static void requireWholeHead(Metadata config) {
        double share = config.decimal("partial_rotary_factor", 1);
        if (share != 1) {
            throw new CatalogException(
                    config.origin() + ": partial_rotary_factor is " + share + ", and this family rotates whole heads");
        }
    }

    /** A scaling, whose kind stands under {@code rope_type} or, in older files, {@code type}. */
    static RopeScaling scaling(Metadata config, Metadata part) {
        String key = part.has("rope_type") ? "rope_type" : "type";
        String type = part.text(key, "default");
        if (part.has("rope_type") && part.has("type")) {
            part.text("type");
        }
        return switch (type) {
            case "default" -> RopeScaling.NONE;
            case "linear" -> new RopeScaling.Linear(part.decimal("factor"));
            case "llama3" ->
                new RopeScaling.Llama3(
                        part.decimal("factor"),
                        part.decimal("low_freq_factor"),
                        part.decimal("high_freq_factor"),
                        part.integer("original_max_position_embeddings"));
            case "yarn" -> yarn(config, part);
            default -> throw Config.unknown(part, key, type, KNOWN);
        };
    }

    private static RopeScaling yarn(Metadata config, Metadata part) {
        double factor = part.decimal("factor");
        int original = part.has("original_max_position_embeddings")
                ? part.integer("original_max_position_embeddings")
                : config.integer("max_position_embeddings");
        double mscale = part.decimal("mscale", 0);
        double mscaleAllDim = part.decimal("mscale_all_dim", 0);
        double attention;
        if (part.has("attention_factor")) {
            attention = part.decimal("attention_factor");
        } else if (mscale != 0 && mscaleAllDim != 0) {
            attention =
                    RopeScaling.Yarn.temperature(factor, mscale) / RopeScaling.Yarn.temperature(factor, mscaleAllDim);
        } else {
            attention = RopeScaling.Yarn.temperature(factor, 1);
        }
        return new RopeScaling.Yarn(
                factor,
                original,
                part.decimal("beta_fast", 32),
                part.decimal("beta_slow", 1),
                attention,
                part.flag("truncate", true));
    }
}
