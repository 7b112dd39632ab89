package orrery.look;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import orrery.format.FormatException;
import orrery.format.Metadata;
import orrery.spec.Reach;

/** Reads a {@link Look} from the data that {@link LookData} makes of it. */
public final class LookFile {
    private LookFile() {}

    /**
     * Reads one.
     *
     * @throws FormatException if a key is missing or has another type, with its name
     */
    public static Look read(Metadata file) {
        var tokens = file.children("tokens").stream()
                .map(token -> new Look.Token(token.integer("id"), token.text("text")))
                .toList();
        return new Look(
                file.requireChild("model").text("name"),
                tokens,
                file.children("layers").stream().map(LookFile::layer).toList(),
                file.children("lens").stream()
                        .map(depth -> new Look.Depth(
                                depth.integer("layers"), depth.decimal("final_probability"), guesses(depth, "top")))
                        .toList(),
                guesses(file, "next"));
    }

    private static List<Look.Guess> guesses(Metadata data, String key) {
        return data.children(key).stream()
                .map(guess -> new Look.Guess(guess.integer("id"), guess.text("text"), guess.decimal("probability")))
                .toList();
    }

    private static Look.Layer layer(Metadata data) {
        var heads = data.children("heads").stream()
                .map(head -> new AttentionWeights.Head(head.integer("head"), rows(head)))
                .toList();
        return new Look.Layer(
                data.text("attention"),
                reach(data),
                data.integer("query_heads"),
                data.integer("kv_heads"),
                data.has("kv_cache_of_layer") ? OptionalInt.of(data.integer("kv_cache_of_layer")) : OptionalInt.empty(),
                new AttentionWeights(
                        data.integer("layer"),
                        data.integerArray("first_seen"),
                        data.integerArray("last_seen"),
                        heads,
                        data.decimal("largest_difference")),
                data.has("latent_norms")
                        ? Optional.of(new Look.Latents(data.decimals("latent_norms"), data.decimals("rope_key_norms")))
                        : Optional.empty(),
                data.has("experts") ? Optional.of(routing(data)) : Optional.empty());
    }

    private static float[][] rows(Metadata head) {
        return head.decimalRows("weights").stream()
                .map(row -> {
                    var weights = new float[row.size()];
                    for (int i = 0; i < weights.length; i++) {
                        weights[i] = row.get(i).floatValue();
                    }
                    return weights;
                })
                .toArray(float[][]::new);
    }

    private static Reach reach(Metadata data) {
        String reach = data.text("reach");
        return switch (reach) {
            case "full" -> Reach.FULL;
            case "window" -> new Reach.Window(data.integer("reach_tokens"));
            case "chunk" -> new Reach.Chunk(data.integer("reach_tokens"));
            default ->
                throw new FormatException(
                        data.origin() + ": reach is \"" + reach + "\", expected full, window or chunk");
        };
    }

    private static Look.Routing routing(Metadata data) {
        var chosen = new ArrayList<List<Look.Chosen>>();
        for (var token : data.children("chosen")) {
            int[] experts = token.integerArray("experts");
            var weights = token.decimals("weights");
            var ofToken = new ArrayList<Look.Chosen>();
            for (int i = 0; i < experts.length; i++) {
                ofToken.add(new Look.Chosen(experts[i], weights.get(i)));
            }
            chosen.add(ofToken);
        }
        return new Look.Routing(data.integer("experts"), chosen);
    }
}
