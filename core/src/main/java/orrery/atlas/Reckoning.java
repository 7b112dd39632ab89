package orrery.atlas;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orrery.report.Announced;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.report.ParameterTable;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.spec.Op;

/**
 * A number, and how it comes about.
 *
 * @param label what it is
 * @param number the number itself
 * @param value as it is shown
 * @param formula with the model's own numbers, such as {@code 61 layers × (512 latent + 64 rotary) = 35,136}
 */
record Reckoning(String label, double number, String value, String formula) {
    /** Of something that can be counted. */
    static Reckoning count(String label, long number, String formula) {
        return new Reckoning(label, number, Numbers.exact(number), formula);
    }

    /** Of a part of a whole, 0 to 1. */
    static Reckoning share(String label, double share, String formula) {
        return new Reckoning(label, share, String.format(Locale.ROOT, "%.1f %%", 100 * share), formula);
    }

    /** The sum of some terms. */
    private static Reckoning sum(String label, long sum, List<String> terms, String unit) {
        return count(label, sum, String.join(" + ", terms) + " = " + Numbers.exact(sum) + unit);
    }

    /** All parameters, as the sum of the model's parts. */
    static Reckoning total(ArchitectureSpec spec) {
        var table = ParameterTable.of(spec);
        var parts = table.rows().stream()
                .map(row -> Numbers.exact(row.total()) + " " + row.part().title());
        return sum("parameters", table.total(), parts.toList(), "");
    }

    /** Parameters that take part in one token. */
    static Reckoning active(ArchitectureSpec spec) {
        var table = ParameterTable.of(spec);
        var parts = table.rows().stream()
                .filter(row -> row.active() > 0)
                .map(row -> Numbers.exact(row.active()) + " " + row.part().title());
        return sum("active per token", table.active(), parts.toList(), "");
    }

    /** Elements of KV cache that one more token adds. */
    static Reckoning cachePerToken(ArchitectureSpec spec) {
        var parts = new ArrayList<String>();
        long sum = 0;
        for (var kind : LayerKinds.of(spec).attention()) {
            long layers = kind.layers().size();
            sum += layers * kind.op().cache().elementsPerToken();
            parts.add(Numbers.count(layers, "layer")
                    + among(kind.name(), LayerKinds.of(spec).attention().size() > 1) + " × " + layerCache(kind.op()));
        }
        return sum("KV values per token", sum, parts, " values");
    }

    /** What a layer caches per token, in numbers. */
    static String layerCache(Op.Attention op) {
        return switch (op.cache()) {
            case CacheSpec.None _ -> "0";
            case CacheSpec.PerSequence(var elements) ->
                "0 (a state of " + Numbers.exact(elements) + " values, whatever the length)";
            case CacheSpec.Borrowed _ -> "0 (reads another layer's)";
            case CacheSpec.PerToken kept ->
                op.latent()
                        .map(latent -> "(" + latent.latentRank() + " latent + "
                                + latent.rope().dimensions() + " with RoPE)")
                        .orElse("2 × " + Numbers.count(kept.heads(), "KV head") + " × " + kept.key());
        };
    }

    private static String among(String name, boolean several) {
        return several ? " (" + name + ")" : "";
    }

    /**
     * KV cache of one sequence in bytes.
     *
     * @param elementBytes of one remembered number
     */
    static Reckoning cacheAt(ArchitectureSpec spec, long tokens, int elementBytes) {
        long bytes = Math.round(spec.cacheBytes(tokens, elementBytes));
        boolean several = LayerKinds.of(spec).attention().size() > 1;
        var parts = new ArrayList<String>();
        var states = new ArrayList<String>();
        for (var kind : LayerKinds.of(spec).attention()) {
            String layers = Numbers.count(kind.layers().size(), "layer") + among(kind.name(), several) + " × ";
            switch (kind.op().cache()) {
                case CacheSpec.PerToken(var _, var _, var _, var reach) ->
                    parts.add(layers + layerCache(kind.op()) + " × " + Numbers.count(reach.keptOf(tokens), "token"));
                case CacheSpec.PerSequence(var elements) -> states.add(layers + Numbers.exact(elements) + " of state");
                case CacheSpec.Borrowed _, CacheSpec.None _ -> {}
            }
        }
        String sum = elementBytes + " bytes × (" + String.join(" + ", parts) + ")"
                + (states.isEmpty() ? "" : " + 4 bytes × (" + String.join(" + ", states) + ")");
        return new Reckoning(
                Numbers.count(tokens, "token"), bytes, Numbers.bytes(bytes), sum + " = " + Numbers.bytes(bytes));
    }

    /** Bytes of all weights in bf16. */
    static Reckoning weights(ArchitectureSpec spec) {
        long bytes = 2 * spec.parameters();
        String shown = Numbers.bytes(bytes);
        String formula = Numbers.exact(spec.parameters()) + " parameters × 2 bytes = " + shown;
        return new Reckoning("weights in bf16", bytes, shown, formula);
    }

    /** The figures that stand at the head of a model's page. */
    static List<Reckoning> headline(ArchitectureSpec spec) {
        var figures = new ArrayList<>(List.of(total(spec)));
        if (spec.activeParameters() != spec.parameters()) {
            figures.add(active(spec));
        }
        figures.add(cachePerToken(spec));
        // Where nothing is published, what the config has room for.
        long most = Announced.of(spec).contextTokens().orElse(spec.maxPositions());
        var full = cacheAt(spec, most, 2);
        figures.add(new Reckoning(
                "KV cache at " + Numbers.exact(most) + " tokens, bf16", full.number(), full.value(), full.formula()));
        figures.add(weights(spec));
        return figures;
    }
}
