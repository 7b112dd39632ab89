package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.spec.ArchitectureSpec;

/**
 * A smaller model nested in one with nested training (MatFormer, arXiv:2310.07707; Gemma 3n): which layers are kept,
 * and how much of each feed-forward block. {@link #of} applies it to a certain model.
 */
public sealed interface Slice {

    /** The syntax of {@link #parse}. */
    String SYNTAX = "E2B, layers=0-19,25-34, ffn=8192, or both as layers=0-19,25-34;ffn=8192";

    /**
     * Gemma 3n E2B as Google cut it from E4B: without the first five layers that borrow keys and values, and with half
     * of each feed-forward block.
     */
    record E2B() implements Slice {
        private static final int OWNING = 20;
        private static final int BORROWING = 15;
        private static final int DROPPED = 5;
        private static final int WIDTH = 16_384;

        static boolean fits(ArchitectureSpec spec) {
            return spec.layers().size() == OWNING + BORROWING
                    && Cut.borrowers(spec).count() == BORROWING
                    && spec.layers().stream()
                            .allMatch(layer -> layer.mlp().experts().isEmpty()
                                    && layer.mlp().feedForward().intermediateSize() == WIDTH);
        }

        @Override
        public Cut of(ArchitectureSpec spec) {
            Cut.requireNested(spec);
            int layers = spec.layers().size();
            int borrowing = (int) Cut.borrowers(spec).count();
            var widths = spec.layers().stream().map(Cut::feedForward).map(op -> op.intermediateSize());
            if (layers != OWNING + BORROWING || borrowing != BORROWING || !widths.allMatch(width -> width == WIDTH)) {
                throw new CatalogException("E2B is cut from Gemma 3n E4B: " + (OWNING + BORROWING)
                        + " layers, of which "
                        + BORROWING + " share an earlier layer's KV cache, with feed-forwards of " + WIDTH + "; "
                        + spec.name()
                        + " has " + layers + " layers, of which "
                        + Cut.borrowers(spec).count()
                        + " do, or other feed-forwards; name the layers and widths to keep instead");
            }
            var kept = new ArrayList<Integer>();
            for (int i = 0; i < layers; i++) {
                if (i < OWNING || i >= OWNING + DROPPED) {
                    kept.add(i);
                }
            }
            return Cut.of(spec, this, kept, List.of(WIDTH / 2));
        }

        @Override
        public String toString() {
            return "E2B";
        }
    }

    /**
     * Explicit layers and widths.
     *
     * @param layers indices in the whole model, ascending; all if empty
     * @param widths {@code intermediate_size} of all kept layers, or one per kept layer; unchanged if empty
     */
    record Chosen(Optional<List<Integer>> layers, Optional<List<Integer>> widths) implements Slice {
        public Chosen {
            layers = layers.map(List::copyOf);
            widths = widths.map(List::copyOf);
            layers.ifPresent(Chosen::requireAscending);
            if (layers.isEmpty() && widths.isEmpty()) {
                throw new CatalogException("a slice names neither layers nor feed-forward widths, expected " + SYNTAX);
            }
            widths.ifPresent(Chosen::requireWidths);
        }

        private static void requireAscending(List<Integer> layers) {
            if (layers.isEmpty()) {
                throw new CatalogException("a slice keeps no layer, expected at least one");
            }
            int last = -1;
            for (int layer : layers) {
                requireAfter(last, layer);
                last = layer;
            }
        }

        static void requireAfter(int last, int layer) {
            if (layer <= last) {
                throw new CatalogException("a slice names layer " + layer
                        + (layer == last ? " twice" : " after layer " + last)
                        + ", expected each layer once, in ascending order from 0");
            }
        }

        private static void requireWidths(List<Integer> widths) {
            if (widths.isEmpty()) {
                throw new CatalogException("a slice lists no feed-forward width, expected at least one");
            }
            for (int width : widths) {
                if (width < 1) {
                    throw new CatalogException("a slice has a feed-forward of " + width + ", expected 1 or more");
                }
            }
        }

        @Override
        public Cut of(ArchitectureSpec spec) {
            Cut.requireNested(spec);
            var kept = layers.orElseGet(() -> Cut.all(spec));
            return Cut.of(
                    spec,
                    this,
                    kept,
                    widths.orElseGet(() -> kept.stream()
                            .filter(layer -> layer < spec.layers().size())
                            .map(layer ->
                                    Cut.feedForward(spec.layers().get(layer)).intermediateSize())
                            .toList()));
        }

        @Override
        public String toString() {
            var parts = new ArrayList<String>();
            layers.ifPresent(kept -> parts.add("layers=" + folded(kept)));
            widths.ifPresent(listed -> parts.add("ffn="
                    + (listed.stream().distinct().count() == 1
                            ? listed.getFirst().toString()
                            : listed.stream().map(String::valueOf).collect(Collectors.joining(",")))));
            return String.join(";", parts);
        }

        private static String folded(List<Integer> layers) {
            var runs = new ArrayList<String>();
            for (int i = 0; i < layers.size(); ) {
                int first = i++;
                while (i < layers.size() && layers.get(i) == layers.get(i - 1) + 1) {
                    i++;
                }
                runs.add(layers.get(first) + (i - 1 == first ? "" : "-" + layers.get(i - 1)));
            }
            return String.join(",", runs);
        }
    }

    /**
     * The smaller model nested in {@code spec}.
     *
     * @throws CatalogException if the model has no nested training, or the slice does not fit it
     */
    Cut of(ArchitectureSpec spec);

    /** Examples for a model: the published slice, and one between it and the whole; none for most models. */
    static List<Slice> examples(ArchitectureSpec spec) {
        if (!E2B.fits(spec)) {
            return List.of();
        }
        var e2b = new E2B();
        int between = E2B.WIDTH * 3 / 4;
        return List.of(e2b, new Chosen(Optional.of(e2b.of(spec).layers()), Optional.of(List.of(between))));
    }

    /**
     * Parses {@value #SYNTAX}.
     *
     * @throws CatalogException for another text
     */
    static Slice parse(String text) {
        if (text.strip().toUpperCase(Locale.ROOT).equals("E2B")) {
            return new E2B();
        }
        Optional<String> layers = Optional.empty();
        Optional<String> widths = Optional.empty();
        for (var part : text.split(";", -1)) {
            var stripped = part.strip();
            if (stripped.startsWith("layers=") && layers.isEmpty()) {
                layers = Optional.of(stripped.substring("layers=".length()));
            } else if (stripped.startsWith("ffn=") && widths.isEmpty()) {
                widths = Optional.of(stripped.substring("ffn=".length()));
            } else {
                throw new CatalogException("\"" + text + "\" is not a slice, expected " + SYNTAX);
            }
        }
        return parse(layers, widths);
    }

    /**
     * Parses layers as {@code 0-19,25-34} and widths as {@code 8192} or {@code 8192,16384}.
     *
     * @throws CatalogException for other texts
     */
    static Slice parse(Optional<String> layers, Optional<String> widths) {
        return new Chosen(layers.map(NumberLists::layers), widths.map(NumberLists::widths));
    }
}
