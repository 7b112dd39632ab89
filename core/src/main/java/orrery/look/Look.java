package orrery.look;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import orrery.spec.Reach;

/**
 * What a model does inside on one text.
 *
 * @param model its name
 * @param tokens the text's tokens, in order
 * @param layers the layers, or some of them
 * @param lens what each depth would predict after the last token, the embedding first (the logit lens)
 * @param next the most probable next tokens, the first the best
 */
public record Look(String model, List<Token> tokens, List<Layer> layers, List<Depth> lens, List<Guess> next) {
    public Look {
        tokens = List.copyOf(tokens);
        layers = List.copyOf(layers);
        lens = List.copyOf(lens);
        next = List.copyOf(next);
    }

    /**
     * A token of the text.
     *
     * @param text what people read: spaces as they are, control characters visible
     */
    public record Token(int id, String text) {}

    /** A token that may follow, with its probability. */
    public record Guess(int id, String text, double probability) {}

    /**
     * The residual stream after some layers, through the final norm and the output head.
     *
     * @param layers how many layers the stream has passed; 0 is the embedding
     * @param ofFinal the probability of the token that the whole model finds most probable
     * @param best the most probable tokens at this depth
     */
    public record Depth(int layers, double ofFinal, List<Guess> best) {
        public Depth {
            best = List.copyOf(best);
        }
    }

    /**
     * A layer.
     *
     * @param kind its attention in words, such as {@code GQA}
     * @param reach which positions it attends to
     * @param keyValueHeads its KV heads; 1 for latent attention
     * @param queryHeads its query heads, of which {@code attention} may hold some
     * @param lender the layer whose KV cache it reads, if it is another one's
     * @param attention the weights of its heads
     * @param latents latent attention's cache, if it is that
     * @param routing the experts of its tokens, if it has experts
     */
    public record Layer(
            String kind,
            Reach reach,
            int queryHeads,
            int keyValueHeads,
            OptionalInt lender,
            AttentionWeights attention,
            Optional<Latents> latents,
            Optional<Routing> routing) {

        public int index() {
            return attention.layer();
        }

        private Layer withHead(int head) {
            var one = attention.withHeads(List.of(attention.heads().get(head)));
            return new Layer(kind, reach, queryHeads, keyValueHeads, lender, one, latents, routing);
        }

        /** The number of pairs of a query and an earlier key that its window or chunks hide. */
        public long hiddenPairs() {
            return IntStream.of(attention.firstSeen()).asLongStream().sum();
        }
    }

    /**
     * The Euclidean norms of what latent attention caches for each token.
     *
     * @param latent of the latent, after its norm
     * @param ropeKey of the key that all heads share, which RoPE turns
     */
    public record Latents(List<Double> latent, List<Double> ropeKey) {
        public Latents {
            latent = List.copyOf(latent);
            ropeKey = List.copyOf(ropeKey);
        }
    }

    /**
     * The experts of each token.
     *
     * @param experts the number of experts
     * @param chosen for each token its experts, the one with the largest weight first
     */
    public record Routing(int experts, List<List<Chosen>> chosen) {
        public Routing {
            chosen = chosen.stream().map(List::copyOf).toList();
        }
    }

    /** An expert and the weight that the router gives it. */
    public record Chosen(int expert, double weight) {}

    /**
     * The same with some layers, or one head of each, or both.
     *
     * @param indices the layers; none means all
     * @param head absent means all
     * @throws LookException if there is no such layer, or no layer that is left has such a head
     */
    public Look only(List<Integer> indices, OptionalInt head) {
        var heads = new TreeMap<Integer, Integer>();
        layers.forEach(layer -> heads.put(layer.index(), layer.queryHeads()));
        requireParts(model, heads, indices, head);
        var some = layers.stream()
                .filter(layer -> indices.isEmpty() || indices.contains(layer.index()))
                .filter(layer -> head.isEmpty() || head.getAsInt() < layer.queryHeads())
                .map(layer -> head.isEmpty() ? layer : layer.withHead(head.getAsInt()))
                .toList();
        return new Look(model, tokens, some, lens, next);
    }

    /** @param heads the number of query heads, by layer */
    static void requireParts(String model, SortedMap<Integer, Integer> heads, List<Integer> indices, OptionalInt head) {
        for (int index : indices) {
            if (!heads.containsKey(index)) {
                throw new LookException(
                        "there is no layer " + index + " in " + model + ", expected 0 to " + heads.lastKey());
            }
        }
        int most = heads.entrySet().stream()
                .filter(layer -> indices.isEmpty() || indices.contains(layer.getKey()))
                .mapToInt(Map.Entry::getValue)
                .max()
                .orElse(0);
        if (head.isPresent() && (head.getAsInt() < 0 || head.getAsInt() >= most)) {
            String where = indices.size() == 1 ? "layer " + indices.getFirst() + " of " : "";
            throw new LookException(
                    "there is no head " + head.getAsInt() + " in " + where + model + ", expected 0 to " + (most - 1));
        }
    }
}
