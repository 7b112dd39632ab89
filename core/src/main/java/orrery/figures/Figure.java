package orrery.figures;

import java.util.List;
import orrery.draw.Diagram;

/**
 * A figure of the survey.
 *
 * @param number its number there
 * @param name lower case with hyphens, part of its files' names
 * @param title what it shows, in a few words
 * @param caption what there is to see, in a few sentences; its numbers are computed like the drawings'
 * @param panels its drawings, one file each
 */
public record Figure(int number, String name, String title, String caption, List<Figure.Panel> panels) {
    public Figure {
        panels = List.copyOf(panels);
        if (panels.isEmpty()) {
            throw new IllegalArgumentException("figure " + number + " has no drawing");
        }
    }

    Figure(FigureHeading heading, String caption, List<Panel> panels) {
        this(heading.number(), heading.name(), heading.title(), caption, panels);
    }

    /** A figure of one drawing. */
    Figure(FigureHeading heading, String caption, Diagram diagram) {
        this(heading, caption, List.of(new Panel("", diagram)));
    }

    FigureHeading heading() {
        return FigureHeading.of(number);
    }

    /**
     * One drawing of a figure.
     *
     * @param name what sets its file apart from the figure's others; empty where there are none
     */
    public record Panel(String name, Diagram diagram) {}

    /** The file of one of its drawings: {@code 04-kv-cache-published.svg}. */
    public String file(Panel panel) {
        return heading().file() + (panel.name().isEmpty() ? "" : "-" + panel.name()) + ".svg";
    }
}
