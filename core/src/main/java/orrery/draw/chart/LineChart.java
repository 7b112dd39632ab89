package orrery.draw.chart;

import java.util.List;
import orrery.draw.Diagram;

/**
 * Lines over two axes, each with its label at its end.
 *
 * @param title what it shows, in a few words
 * @param description a description for readers who cannot see it
 * @param marks single points with words
 * @param notes sentences below the chart
 */
public record LineChart(
        String title, String description, Axis x, Axis y, List<Series> series, List<Mark> marks, List<String> notes) {
    public LineChart {
        series = List.copyOf(series);
        marks = List.copyOf(marks);
        notes = List.copyOf(notes);
        for (var mark : marks) {
            if (mark.series() < 0 || mark.series() >= series.size()) {
                throw new IllegalArgumentException("the mark \"" + mark.label() + "\" is of line " + mark.series()
                        + ", and there are " + series.size());
            }
        }
    }

    /** Draws it. */
    public Diagram diagram() {
        return new LineChartDrawing(this).diagram();
    }
}
