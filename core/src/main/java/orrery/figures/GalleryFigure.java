package orrery.figures;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.draw.Diagram;
import orrery.draw.Svg;

/** The architectures at a glance, one card a model: figure 1. */
final class GalleryFigure {
    /** Of each family the model that people know best, and of Qwen 3 a dense and a sparse one. */
    private static final List<String> MODELS = Models.names("""
            gpt2-xl mistral-7b-v0.1 llama-3-8b gemma-2-27b olmo-2-7b deepseek-v3 gemma-3-27b mistral-small-3.1-24b
            llama-4-maverick qwen3-32b qwen3-235b-a22b gemma-3n-e4b""");

    private static final int WIDTH = 800;
    private static final double MARGIN = 16;
    private static final double BETWEEN = 12;
    private static final int COLUMNS = 2;
    private static final int ON_A_PAGE = 6;

    private GalleryFigure() {}

    static Figure figure() {
        var releases = releases();
        var panels = new ArrayList<Figure.Panel>();
        for (int from = 0; from < releases.size(); from += ON_A_PAGE) {
            var page = releases.subList(from, Math.min(releases.size(), from + ON_A_PAGE));
            panels.add(new Figure.Panel(Integer.toString(panels.size() + 1), page(page)));
        }
        return new Figure(
                FigureHeading.of(1),
                releases.size()
                        + " models by release date. Each card shows the most frequent kind of layer, from the bottom;"
                        + " the dashed frame repeats as often as it says. Sizes, KV cache, positions and"
                        + " norms are computed from each architecture; the context length is the published"
                        + " one.",
                panels);
    }

    static List<Release> releases() {
        return MODELS.stream()
                .map(name -> Catalog.release(name).orElseThrow())
                .sorted(Comparator.comparing(
                        (Release release) -> release.released().orElse(LocalDate.MAX)))
                .toList();
    }

    private static Diagram page(List<Release> releases) {
        var svg = new Svg();
        svg.text(MARGIN, 28, "large", "The architectures at a glance: " + span(releases));
        String below =
                "From the bottom: the model's most frequent kind of layer. KV cache in bf16, before any window is full.";
        svg.text(MARGIN, 47, "muted", below);
        double width = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * BETWEEN) / COLUMNS;
        var cards = releases.stream().map(GalleryCard::of).toList();
        double y = 60;
        for (int row = 0; row < cards.size(); row += COLUMNS) {
            var beside = cards.subList(row, Math.min(cards.size(), row + COLUMNS));
            double height =
                    beside.stream().mapToDouble(GalleryCard::height).max().orElse(0);
            for (int i = 0; i < beside.size(); i++) {
                beside.get(i).paint(svg, MARGIN + i * (width + BETWEEN), y, width, height);
            }
            y += height + BETWEEN;
        }
        String told = cards.stream().map(GalleryCard::told).collect(Collectors.joining(" "));
        return svg.diagram("Gallery of architectures: " + span(releases), told, WIDTH, (int) Math.ceil(y + 4));
    }

    private static String span(List<Release> releases) {
        return Stream.of(releases.getFirst(), releases.getLast())
                .map(Release::name)
                .collect(Collectors.joining(" to "));
    }
}
