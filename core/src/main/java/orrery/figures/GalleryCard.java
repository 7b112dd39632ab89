package orrery.figures;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orrery.catalog.Release;
import orrery.draw.Svg;
import orrery.draw.TextWidth;
import orrery.report.Announced;
import orrery.report.CacheTable;
import orrery.report.Facts;
import orrery.report.FastMemory;
import orrery.report.Folding;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.report.Property;
import orrery.spec.ArchitectureSpec;
import orrery.spec.LayerSpec;

/**
 * A model on a card: the stack of its typical layer on the left, key numbers on the right.
 *
 * @param facts captions and values
 */
record GalleryCard(Release release, LayerStack stack, List<Fact> facts) {
    private static final Comparator<LayerKinds.Kind<?>> MOST_LAYERS =
            Comparator.comparingInt(kind -> kind.layers().size());
    private static final Pattern LONG_NUMBER = Pattern.compile("\\d{4,9}");
    private static final double STACK = 216;
    private static final double INSIDE = 16;
    private static final double HEADER = 40;
    private static final double FACT = 18;
    private static final double LINE = 15;
    private static final double FACTS_WIDTH = 124;

    /** A value under its name, in lines. */
    record Fact(String caption, List<String> value) {
        static Fact of(String caption, String value) {
            return new Fact(caption, TextWidth.wrap(value, 12.5, FACTS_WIDTH));
        }

        double height() {
            return FACT + value.size() * LINE;
        }
    }

    static GalleryCard of(Release release) {
        var spec = release.spec();
        var kinds = LayerKinds.of(spec);
        return new GalleryCard(release, LayerStack.of(spec, typical(spec, kinds)), facts(spec, kinds));
    }

    /** How attention repeats, and then the feed-forwards, each where there is more than one kind. */
    private static String layers(LayerKinds kinds) {
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
        return String.join("; ", told);
    }

    /** With numbers in groups of three digits. */
    private static String folded(LayerKinds kinds, Function<LayerKinds.Pair, String> name) {
        String text = Folding.of(kinds.layers().stream().map(name).toList()).text(Function.identity());
        return LONG_NUMBER.matcher(text).replaceAll(number -> Numbers.exact(Long.parseLong(number.group())));
    }

    private static List<Fact> facts(ArchitectureSpec spec, LayerKinds kinds) {
        var told = new ArrayList<Fact>();
        boolean sparse = spec.activeParameters() != spec.parameters();
        told.add(Fact.of("parameters", Numbers.rounded(spec.parameters())));
        if (sparse) {
            told.add(Fact.of("active per token", Numbers.rounded(spec.activeParameters())));
        }
        FastMemory.of(spec).ifPresent(memory -> told.add(Fact.of("effective", Numbers.rounded(memory.effective()))));
        told.add(Fact.of("layers", layers(kinds)));
        told.add(Fact.of(
                "hidden size, vocabulary", Numbers.exact(spec.hiddenSize()) + " · " + Numbers.exact(spec.vocabSize())));
        told.add(Fact.of("KV cache per token", Numbers.bytes(spec.cacheElementsPerToken() * CacheTable.BF16_BYTES)));
        var announced = Announced.of(spec);
        announced.context().ifPresent(context -> told.add(Fact.of("published context", context)));
        if (announced.contextTokens().orElse(0) != spec.maxPositions()) {
            told.add(Fact.of("positions in its config", Numbers.exact(spec.maxPositions())));
        }
        var facts = Facts.of(spec);
        told.add(Fact.of("position", position(facts, spec)));
        told.add(Fact.of("QK-norm", norm(facts)));
        return List.copyOf(told);
    }

    private static String position(Facts facts, ArchitectureSpec spec) {
        if (spec.embedding().learnedPositions() > 0) {
            return "learned, added to the embedding";
        }
        long without = spec.layers().stream()
                .filter(layer -> layer.attention().position().rope().isEmpty())
                .count();
        return without == 0 ? facts.words(Property.POSITION) : facts.words(Property.POSITION) + ", NoPE in the others";
    }

    private static String norm(Facts facts) {
        return facts.has(Property.QK_NORM) ? facts.words(Property.QK_NORM) : "none";
    }

    /**
     * The first layer whose attention and whose feed-forward are each of the kind that most layers have. Of kinds as
     * frequent, the first attention and the last feed-forward: experts come after dense layers.
     */
    static LayerSpec typical(ArchitectureSpec spec, LayerKinds kinds) {
        var attention = Collections.max(
                kinds.attention(),
                MOST_LAYERS.thenComparingInt(kind -> -kind.layers().getFirst()));
        var feedForward = Collections.max(
                kinds.feedForward(),
                MOST_LAYERS.thenComparingInt(kind -> kind.layers().getFirst()));
        return attention.layers().stream()
                .filter(feedForward.layers()::contains)
                .findFirst()
                .map(spec.layers()::get)
                .orElseThrow(() -> new FigureException(
                        spec.name() + " has no layer with both its most frequent attention and feed-forward"));
    }

    double height() {
        double high = facts.stream().mapToDouble(Fact::height).sum();
        return HEADER + Math.max(stack.height(), high) + 2 * INSIDE;
    }

    void paint(Svg svg, double x, double y, double width, double height) {
        svg.rectangle(x, y, width, height, 10, "panel");
        svg.text(x + INSIDE, y + 24, "large", release.name());
        release.released()
                .map(LocalDate::toString)
                .ifPresent(day -> svg.text(x + width - INSIDE, y + 24, "muted end", day));
        double top = y + HEADER;
        double room = height - HEADER - INSIDE;
        stack.paint(svg, x + INSIDE, top + 3, STACK - INSIDE, room - 3);
        double left = x + STACK + 18;
        double between = (room - facts.stream().mapToDouble(Fact::height).sum()) / (facts.size() - 1);
        double at = top + 12;
        for (var fact : facts) {
            svg.text(left, at, "small muted", fact.caption());
            svg.lines(left, at + LINE, LINE, "strong", fact.value());
            at += fact.height() + Math.min(between, LINE);
        }
    }

    /** The card in a sentence. */
    String told() {
        String told = facts.stream()
                .map(fact -> fact.caption() + " " + String.join(" ", fact.value()))
                .collect(Collectors.joining(", "));
        return release.name() + ": " + told + "; " + stack.told() + ".";
    }
}
