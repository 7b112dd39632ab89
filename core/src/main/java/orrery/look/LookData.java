package orrery.look;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orrery.report.ModelData;
import orrery.spec.Reach;

/**
 * A {@link Look} as data for JSON. Probabilities, weights and norms are rounded to six decimals. A row of
 * {@code weights} has one number for each position from {@code first_seen} to {@code last_seen} of its token.
 */
public final class LookData {
    private static final double ROUNDED = 1e6;

    private LookData() {}

    /** As data, in the order in which people read it. */
    public static Map<String, Object> of(Look look) {
        var data = new LinkedHashMap<String, Object>();
        data.put("model", ModelData.of(look.model()));
        data.put(
                "tokens",
                look.tokens().stream()
                        .map(token -> word(token.id(), token.text()))
                        .toList());
        data.put("next", guesses(look.next()));
        data.put(
                "lens",
                look.lens().stream()
                        .map(depth -> {
                            var one = new LinkedHashMap<String, Object>();
                            one.put("layers", depth.layers());
                            one.put("final_probability", rounded(depth.ofFinal()));
                            one.put("top", guesses(depth.best()));
                            return one;
                        })
                        .toList());
        data.put("layers", look.layers().stream().map(LookData::layer).toList());
        return data;
    }

    private static Map<String, Object> word(int id, String text) {
        var word = new LinkedHashMap<String, Object>();
        word.put("id", id);
        word.put("text", text);
        return word;
    }

    private static List<Map<String, Object>> guesses(List<Look.Guess> guesses) {
        return guesses.stream()
                .map(guess -> {
                    var one = word(guess.id(), guess.text());
                    one.put("probability", rounded(guess.probability()));
                    return one;
                })
                .toList();
    }

    private static Map<String, Object> layer(Look.Layer layer) {
        var data = new LinkedHashMap<String, Object>();
        var attention = layer.attention();
        data.put("layer", layer.index());
        data.put("attention", layer.kind());
        data.put("query_heads", layer.queryHeads());
        data.put("kv_heads", layer.keyValueHeads());
        switch (layer.reach()) {
            case Reach.Full _ -> data.put("reach", "full");
            case Reach.Window(var tokens) -> {
                data.put("reach", "window");
                data.put("reach_tokens", tokens);
            }
            case Reach.Chunk(var tokens) -> {
                data.put("reach", "chunk");
                data.put("reach_tokens", tokens);
            }
        }
        layer.lender().ifPresent(lender -> data.put("kv_cache_of_layer", lender));
        data.put("hidden_pairs", layer.hiddenPairs());
        data.put("largest_difference", attention.difference());
        data.put("first_seen", IntStream.of(attention.firstSeen()).boxed().toList());
        data.put("last_seen", IntStream.of(attention.lastSeen()).boxed().toList());
        data.put("heads", attention.heads().stream().map(LookData::head).toList());
        layer.latents().ifPresent(latents -> {
            data.put(
                    "latent_norms",
                    latents.latent().stream().map(LookData::rounded).toList());
            data.put(
                    "rope_key_norms",
                    latents.ropeKey().stream().map(LookData::rounded).toList());
        });
        layer.routing().ifPresent(routing -> {
            data.put("experts", routing.experts());
            data.put("chosen", routing.chosen().stream().map(LookData::chosen).toList());
        });
        return data;
    }

    private static Map<String, Object> head(AttentionWeights.Head head) {
        var data = new LinkedHashMap<String, Object>();
        data.put("head", head.index());
        data.put("weights", rows(head));
        return data;
    }

    private static List<List<Double>> rows(AttentionWeights.Head head) {
        var rows = new ArrayList<List<Double>>();
        for (float[] row : head.rows()) {
            rows.add(IntStream.range(0, row.length)
                    .mapToObj(i -> rounded(row[i]))
                    .toList());
        }
        return rows;
    }

    private static Map<String, Object> chosen(List<Look.Chosen> ofToken) {
        var data = new LinkedHashMap<String, Object>();
        data.put("experts", ofToken.stream().map(Look.Chosen::expert).toList());
        data.put("weights", ofToken.stream().map(one -> rounded(one.weight())).toList());
        return data;
    }

    private static double rounded(double number) {
        return Math.rint(number * ROUNDED) / ROUNDED;
    }
}
