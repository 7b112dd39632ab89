package orrery.figures;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import orrery.catalog.Release;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.report.CacheTable;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.LayerSpec;

/**
 * A model on a card: the stack of its most frequent layer on the left, key numbers on the right.
 *
 * @param facts captions and values
 * @param layers how they repeat, in lines
 */
record GalleryCard(Release release, LayerStack stack, List<Fact> facts, List<String> layers) {
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
        String told = Numbers.count(spec.layers().size(), "layer") + ", " + kinds.folded();
        return new GalleryCard(
                release,
                LayerStack.of(spec, mostFrequent(spec, kinds)),
                facts(spec),
                TextWidth.wrap(told, 12, FACTS_WIDTH));
    }

    private static List<Fact> facts(ArchitectureSpec spec) {
        var facts = new ArrayList<Fact>();
        facts.add(new Fact("parameters", Numbers.rounded(spec.parameters())));
        if (spec.activeParameters() != spec.parameters()) {
            facts.add(new Fact("active in a token", Numbers.rounded(spec.activeParameters())));
        }
        facts.add(new Fact("hidden size", Numbers.exact(spec.hiddenSize())));
        facts.add(new Fact("KV cache a token", Numbers.bytes(spec.cacheElementsPerToken() * CacheTable.BF16_BYTES)));
        facts.add(new Fact("context", Numbers.exact(spec.maxPositions())));
        facts.add(new Fact("vocabulary", Numbers.exact(spec.vocabSize())));
        return facts;
    }

    /** The first layer of the kind that most layers are of; of two kinds as frequent, the later one. */
    static LayerSpec mostFrequent(ArchitectureSpec spec, LayerKinds kinds) {
        var counts = kinds.layers().stream()
                .collect(Collectors.groupingBy(pair -> pair, java.util.LinkedHashMap::new, Collectors.counting()));
        var most = counts.entrySet().stream()
                .reduce((one, other) -> other.getValue() >= one.getValue() ? other : one)
                .orElseThrow()
                .getKey();
        return spec.layers().get(kinds.layers().indexOf(most));
    }

    double height() {
        double right = facts.size() * FACT + 14 + layers.size() * LINE;
        return HEADER + Math.max(stack.height(), right) + 2 * INSIDE;
    }

    void paint(Svg svg, double x, double y, double width, double height) {
        svg.rectangle(x, y, width, height, 10, "panel");
        svg.text(x + INSIDE, y + 24, "large", release.name());
        release.released()
                .map(LocalDate::toString)
                .ifPresent(day -> svg.text(x + width - INSIDE, y + 24, "muted end", day));
        double top = y + HEADER;
        stack.paint(svg, x + INSIDE, top + (height - HEADER - INSIDE - stack.height()) / 2, STACK - INSIDE);
        double left = x + STACK + 14;
        double at = top + 12;
        for (var fact : facts) {
            svg.text(left, at, "small muted", fact.caption());
            svg.text(left, at + 15, "heading", fact.value());
            at += FACT;
        }
        svg.text(left, at, "small muted", "layers");
        for (String line : layers) {
            at += LINE;
            svg.text(left, at, "", line);
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
