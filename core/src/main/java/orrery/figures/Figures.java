package orrery.figures;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * All figures of the survey, by their numbers there. Each is computed when it is asked for, from the specs of released
 * models and the results of the lab's experiments.
 *
 * <pre>{@code Figures.numbered(4).panels().getFirst().diagram().svg()}</pre>
 */
public final class Figures {
    private static final SequencedMap<Integer, Supplier<Figure>> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry(1, GalleryFigure::figure),
            Map.entry(2, SharingFigures::groups),
            Map.entry(3, SharingFigures::latents),
            Map.entry(4, SharingFigures::cache),
            Map.entry(5, FeedForwardFigures::experts),
            Map.entry(6, FeedForwardFigures::shared),
            Map.entry(7, ScaleFigure::figure),
            Map.entry(8, LayerFigures::norms),
            Map.entry(9, StatementFigures::stability),
            Map.entry(10, LayerFigures::llamaAndOlmo),
            Map.entry(11, WindowFigures::memory),
            Map.entry(12, WindowFigures::masks),
            Map.entry(13, StatementFigures::windows),
            Map.entry(14, LayerFigures::olmoAndGemma),
            Map.entry(15, PerLayerFigure::figure),
            Map.entry(16, LatencyFigure::figure)));

    private Figures() {}

    /**
     * The numbers of the figures that there are, ascending. 9 and 13 are training runs of reports, of which there are
     * their words and runs of tiny models.
     */
    public static List<Integer> numbers() {
        return List.copyOf(ALL.keySet());
    }

    /** What is known of each before it is drawn. */
    public static List<FigureHeading> headings() {
        return numbers().stream().map(FigureHeading::of).toList();
    }

    /** All of them, ascending. */
    public static List<Figure> all() {
        return numbers().stream().map(Figures::numbered).toList();
    }

    /**
     * The one with that number.
     *
     * @throws FigureException if there is none
     */
    public static Figure numbered(int number) {
        var figure = ALL.get(number);
        if (figure == null) {
            throw new FigureException("there is no figure " + number + ", expected one of "
                    + numbers().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        return figure.get();
    }
}
