package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.spec.ArchitectureSpec;

/** A part of a model that can be shown opened: its computation, step by step, with the width of every vector. */
public enum OpenedPart {
    ATTENTION("Attention, opened"),
    FEED_FORWARD("Feed-forward, opened"),
    EXPERTS("Experts, opened");

    private final String heading;

    OpenedPart(String heading) {
        this.heading = heading;
    }

    /** Lower case with hyphens: {@code feed-forward}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What stands above it in a drawing. */
    String heading() {
        return heading;
    }

    /** The part of that title, whatever the case. */
    public static Optional<OpenedPart> of(String title) {
        return Stream.of(values())
                .filter(part -> part.title().equals(title.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** Those that a model has. */
    public static List<OpenedPart> in(ArchitectureSpec spec) {
        return Stream.of(values())
                .filter(part -> part == ATTENTION || !part.feedForwards(spec).isEmpty())
                .toList();
    }

    /**
     * Draws every kind of it that layers of the model have, one below the other.
     *
     * @throws DrawException if the model has none
     */
    public Diagram draw(ArchitectureSpec spec) {
        return draw(List.of(spec));
    }

    /**
     * The same of several models, on one scale.
     *
     * @throws DrawException if none of them has one
     */
    public Diagram draw(List<ArchitectureSpec> specs) {
        var sheet = new Sheet(
                heading,
                "From left to right; the height of a bar is its number of values, on one scale."
                        + switch (this) {
                            case ATTENTION ->
                                " A head is a tile as wide as a bar. With a thick edge: cached. Baseline of the ratios: "
                                        + CachedValues.BASELINE + ".";
                            case FEED_FORWARD -> "";
                            case EXPERTS ->
                                " One tile per expert: the filled ones are active for this token, others for the next.";
                        });
        return sheet.diagram(heading, specs, List.of(paint(sheet, specs)));
    }

    /** Draws its panels; gives what they show, in words. */
    String paint(Sheet sheet, List<ArchitectureSpec> specs) {
        var told = new ArrayList<String>();
        switch (this) {
            case ATTENTION -> {
                var kinds = specs.stream()
                        .flatMap(spec -> AttentionFlow.kinds(spec).stream())
                        .toList();
                double perValue = AttentionFlow.scale(kinds.stream());
                kinds.forEach(kind -> {
                    AttentionFlow.panel(sheet, kind, perValue);
                    told.add(AttentionFlow.told(kind));
                });
            }
            case FEED_FORWARD, EXPERTS -> {
                var kinds = specs.stream()
                        .flatMap(spec -> feedForwards(spec).stream())
                        .toList();
                if (kinds.isEmpty()) {
                    throw new DrawException(specs.getFirst().name() + " has no "
                            + (this == EXPERTS ? "experts" : "dense feed-forward") + " to open");
                }
                double perValue = FeedForwardDrawing.scale(kinds.stream());
                kinds.forEach(kind -> {
                    FeedForwardDrawing.panel(sheet, kind, perValue);
                    told.add(FeedForwardDrawing.told(kind));
                });
            }
        }
        return String.join(" ", told);
    }

    private List<FeedForwardDrawing.Kind> feedForwards(ArchitectureSpec spec) {
        return FeedForwardDrawing.kinds(spec).stream()
                .filter(kind -> kind.op().experts().isPresent() == (this == EXPERTS))
                .toList();
    }
}
