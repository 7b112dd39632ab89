package orrery.figures;

import java.util.stream.IntStream;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Op;
import orrery.spec.Reach;

/**
 * A model's layers with another share of windows, or windows of another size: the question of Gemma 3's report
 * (arXiv:2503.19786, section 5.2).
 *
 * @param localToGlobal layers with a window before each one that sees everything; 0 where all see everything
 * @param tokens of a window, the query's own among them; says nothing where there are none
 */
record Windows(int localToGlobal, int tokens) {
    public Windows {
        if (localToGlobal < 0 || tokens < 1) {
            throw new FigureException(localToGlobal + " sliding-window layers of " + tokens
                    + " tokens per full-attention layer, expected 0 or more layers and 1 or more tokens");
        }
    }

    /** Every layer sees everything. */
    public static final Windows NONE = new Windows(0, 1);

    /** {@code all global}, or {@code 5:1, window 1,024}. */
    public String label() {
        return localToGlobal == 0 ? "all global" : localToGlobal + ":1, window " + Numbers.exact(tokens);
    }

    /**
     * The model with these windows: of each period the last layer sees everything, as in Gemma 3. A layer with a window
     * is as the model's own first one of that kind, its RoPE with it, and so is one that sees everything; where the
     * model has only one of the two kinds, the other differs from it in its reach alone.
     *
     * @throws FigureException if a layer's attention is latent, or borrows another layer's keys and values
     */
    public ArchitectureSpec of(ArchitectureSpec spec) {
        var global = first(spec, false);
        var local = first(spec, true);
        var layers = IntStream.range(0, spec.layers().size())
                .mapToObj(i -> (i + 1) % (localToGlobal + 1) == 0
                        ? spec.layers().get(i).withAttention(global.withReach(Reach.FULL))
                        : spec.layers().get(i).withAttention(local.withReach(new Reach.Window(tokens))))
                .toList();
        return spec.withLayers(spec.name() + ", " + label(), layers);
    }

    private static GroupedQuery first(ArchitectureSpec spec, boolean windowed) {
        var all = spec.layers().stream()
                .map(layer -> grouped(spec, layer.attention()))
                .toList();
        return all.stream()
                .filter(one -> isWindowed(one.reach()) == windowed)
                .findFirst()
                .orElseGet(all::getFirst);
    }

    private static GroupedQuery grouped(ArchitectureSpec spec, Op.Attention op) {
        var grouped = op.grouped()
                .orElseThrow(
                        () -> new FigureException(spec.name() + " has latent attention, which has no sliding windows"));
        return switch (grouped.keyValues()) {
            case GroupedQuery.KeyValues.Own _ -> grouped;
            case GroupedQuery.KeyValues.Borrowed(var layer) ->
                throw new FigureException(spec.name() + " has a layer that shares the KV cache of layer " + layer
                        + ", so its windows cannot be changed one by one");
        };
    }

    private static boolean isWindowed(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> false;
            case Reach.Window _, Reach.Chunk _ -> true;
        };
    }
}
