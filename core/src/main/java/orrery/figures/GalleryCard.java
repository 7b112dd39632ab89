package orrery.figures;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orrery.catalog.Release;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.report.CacheTable;
import orrery.report.Folding;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/**
 * A model on a card: the stack of its typical layer on the left, key numbers on the right.
 *
 * @param facts captions and values
 * @param layers how they repeat, in lines
 */
record GalleryCard(Release release, LayerStack stack, List<Fact> facts, List<String> layers) {
    private static final Pattern LONG_NUMBER = Pattern.compile("\\d{4,9}");
    private static final double STACK = 196;
    private static final double INSIDE = 12;
    private static final double HEADER = 40;
    private static final double FACT = 33;
    private static final double LINE = 15;
    private static final double FACTS_WIDTH = 148;

    /** A number under its name. */
    record Fact(String caption, String value) {}

    static GalleryCard of(Release release) {
        var spec = release.spec();
        var kinds = LayerKinds.of(spec);
        return new GalleryCard(release, LayerStack.of(spec, typical(spec, kinds)), facts(spec), layers(kinds));
    }

    /** How attention repeats, and then the feed-forwards, each where there is more than one kind. */
    private static List<String> layers(LayerKinds kinds) {
        var told = new ArrayList<String>();
        if (kinds.attention().size() > 1) {
            told.add(folded(kinds, pair -> pair.attention().name()));
        }
        if (kinds.feedForward().size() > 1) {
            told.add(folded(kinds, pair -> pair.feedForward().name()));
        }
        if (told.isEmpty()) {
            told.add("identical layers");
        }
        var lines = new ArrayList<String>();
        told.forEach(one -> lines.addAll(TextWidth.wrap(one, 12, FACTS_WIDTH)));
        return lines;
    }

    /** With numbers in groups of three digits. */
    private static String folded(LayerKinds kinds, Function<LayerKinds.Pair, String> name) {
        String text = Folding.of(kinds.layers().stream().map(name).toList()).text(Function.identity());
        return LONG_NUMBER.matcher(text).replaceAll(number -> Numbers.exact(Long.parseLong(number.group())));
    }

    private static List<Fact> facts(ArchitectureSpec spec) {
        var facts = new ArrayList<Fact>();
        facts.add(new Fact("parameters", Numbers.rounded(spec.parameters())));
        if (spec.activeParameters() != spec.parameters()) {
            facts.add(new Fact("active per token", Numbers.rounded(spec.activeParameters())));
        }
        facts.add(new Fact("hidden size", Numbers.exact(spec.hiddenSize())));
        facts.add(new Fact("KV cache per token", Numbers.bytes(spec.cacheElementsPerToken() * CacheTable.BF16_BYTES)));
        facts.add(new Fact("context", Numbers.exact(spec.maxPositions())));
        facts.add(new Fact("vocabulary", Numbers.exact(spec.vocabSize())));
        facts.add(new Fact("layers", Numbers.exact(spec.layers().size())));
        return facts;
    }

    /**
     * The first layer whose attention and whose feed-forward are each of the kind that most layers have. Of kinds as
     * frequent, the first attention and the last feed-forward: experts come after dense layers.
     */
    static LayerSpec typical(ArchitectureSpec spec, LayerKinds kinds) {
        var attention = kinds.attention().stream()
                .max(Comparator.<LayerKinds.Kind<Op.Attention>>comparingInt(
                                kind -> kind.layers().size())
                        .thenComparingInt(kind -> -kind.layers().getFirst()))
                .orElseThrow();
        var feedForward = kinds.feedForward().stream()
                .max(Comparator.<LayerKinds.Kind<Op.Mlp>>comparingInt(
                                kind -> kind.layers().size())
                        .thenComparingInt(kind -> kind.layers().getFirst()))
                .orElseThrow();
        return attention.layers().stream()
                .filter(feedForward.layers()::contains)
                .findFirst()
                .map(spec.layers()::get)
                .orElseThrow(() -> new FigureException(
                        spec.name() + " has no layer with both its most frequent attention and feed-forward"));
    }

    double height() {
        double right = facts.size() * FACT + layers.size() * LINE;
        return HEADER + Math.max(stack.height(), right) + 2 * INSIDE;
    }

    void paint(Svg svg, double x, double y, double width, double height) {
        svg.rectangle(x, y, width, height, 10, "panel");
        svg.text(x + INSIDE, y + 24, "large", release.name());
        release.released()
                .map(LocalDate::toString)
                .ifPresent(day -> svg.text(x + width - INSIDE, y + 24, "muted end", day));
        double top = y + HEADER;
        stack.paint(svg, x + INSIDE, top + 3, STACK - INSIDE);
        double left = x + STACK + 14;
        double at = top + 12;
        for (var fact : facts) {
            svg.text(left, at, "small muted", fact.caption());
            svg.text(left, at + 15, "heading", fact.value());
            at += FACT;
        }
        at -= FACT - 15 - LINE;
        for (String line : layers) {
            svg.text(left, at, "", line);
            at += LINE;
        }
    }

    /** The card in a sentence. */
    String told() {
        return release.name() + ": "
                + facts.stream()
                        .map(fact -> fact.caption() + " " + fact.value())
                        .collect(Collectors.joining(", "))
                + "; " + String.join(" ", layers) + "; " + stack.told() + ".";
    }
}
